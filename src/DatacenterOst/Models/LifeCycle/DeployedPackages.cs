using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models.LifeCycle;

/// <summary>
/// Deployed packages on this node's disk, by the hash of their content: <c>&lt;data&gt;/models/&lt;hash&gt;/&lt;id&gt;/&lt;version&gt;/</c>. What
/// is not here, or was changed here, is fetched from the store.
/// </summary>
internal sealed class DeployedPackages(string directory, StoredPackages stored, Func<string, ConceptEntry?> concepts, PackageSettings? settings)
{
    /// <summary>A package that was handed in, unpacked in a place of its own until it is known to be good.</summary>
    public Incoming Open(ReadOnlyMemory<byte> zip, long maxBytes)
    {
        var place = Path.Combine(directory, ".incoming-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(place);
        try
        {
            var folder = PackageArchive.Unpack(zip, place, maxBytes);
            var problems = new PackageProblems();
            var package = PackageFolder.Load(folder, concepts, problems, settings);
            var hash = package?.Id.Hash ?? PackageFolder.Hash(folder, new PackageProblems()) ?? "";
            return new Incoming(place, Path.GetFileName(Path.GetDirectoryName(folder))!, Path.GetFileName(folder), hash) { Package = package, Reasons = problems.List() };
        }
        catch
        {
            Directory.Delete(place, recursive: true);
            throw;
        }
    }

    /// <summary>Puts a good package where packages are found.</summary>
    public void Place(Incoming incoming)
    {
        var target = Path.Combine(directory, incoming.Hash);
        if (Directory.Exists(target)) return;
        try
        {
            Directory.Move(incoming.Place, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another process of this node was first; what is there has the same content.
        }
    }

    /// <summary>Loads a package with its vectors; null when it must not serve, with the reasons.</summary>
    public async Task<ModelPackage?> Load(PackageId id, PackageProblems problems, CancellationToken cancellationToken)
    {
        if (Here(id) is { } package) return package;
        if (await stored.Find(id.Hash, cancellationToken) is not { } zip)
        {
            problems.Add(id.Hash, 0, "the deployed package is neither on this node nor in the store; deploy it again");
            return null;
        }

        try
        {
            using var incoming = Open(zip, PackageFolder.MaxBytes);
            if (incoming.Package is { } fetched && fetched.Id == id)
            {
                // What is here under that name is not what was deployed.
                var target = Path.Combine(directory, id.Hash);
                if (Directory.Exists(target)) Directory.Move(target, Path.Combine(directory, ".spoilt-" + Guid.NewGuid().ToString("N")));
                Place(incoming);
                return fetched;
            }

            foreach (var reason in incoming.Reasons) problems.Add(id.Version, 0, reason);
            if (incoming.Reasons.Count == 0) problems.Add(id.Version, 0, "the stored package has another content than it had when it was deployed");
        }
        catch (Problem wrong)
        {
            problems.Add(id.Version, 0, wrong.Message);
        }

        return null;
    }

    private ModelPackage? Here(PackageId id)
    {
        var folder = Path.Combine(directory, id.Hash, id.Model.Value, id.Version);
        return Directory.Exists(folder) && PackageFolder.Load(folder, concepts, new PackageProblems(), settings) is { } package && package.Id == id ? package : null;
    }
}

/// <summary>A package that was handed in; its folder goes when it is disposed, unless it was placed.</summary>
internal sealed record Incoming(string Place, string Model, string Version, string Hash) : IDisposable
{
    /// <summary>Null when it does not load or its vectors fail.</summary>
    public required ModelPackage? Package { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public void Dispose()
    {
        if (Directory.Exists(Place)) Directory.Delete(Place, recursive: true);
    }
}
