using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Server.Commands;

/// <summary>The profiles, extensions, value sets and code systems that <c>--profiles</c> names: files, or folders with all below them.</summary>
internal sealed class FhirProfiles
{
    // HL7's largest implementation guides have some 3,000 files; more is a wrong folder.
    private const int MaxFiles = 20_000;

    private readonly Dictionary<string, string> types = new(StringComparer.Ordinal);

    private FhirProfiles(IReadOnlyList<Resource> resources)
    {
        Library = ProfileLibrary.Of(resources);
        foreach (var definition in resources.Where(resource => resource.TypeName == "StructureDefinition"))
            if (definition.Root["url"].AsString() is { } url)
                types.TryAdd(url, definition.Root["type"].AsString() ?? "");
    }

    public ProfileLibrary Library { get; }

    public static async Task<FhirProfiles> Load(string[] paths, CancellationToken cancellationToken)
    {
        var resources = new List<Resource>();
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
                await Read(path, resources, cancellationToken);
            else
                await ReadFolder(path, resources, cancellationToken);
        }

        return new FhirProfiles(resources);
    }

    /// <summary>True where the profile constrains that type, or nobody knows which; a bundle's entries are checked by the profiles of their type.</summary>
    public bool IsFor(string url, string typeName)
        => !types.TryGetValue(url.Split('|')[0], out var type) || type == typeName;

    /// <summary>A profile that cannot be checked is a mistake of the caller, not of every resource.</summary>
    public void Require(string url)
    {
        if (!Library.Contains(url) && !url.StartsWith("http://hl7.org/fhir/StructureDefinition/", StringComparison.Ordinal))
            throw new Problem(ProblemKind.NotFound, $"the profile {url} is not known; give its StructureDefinition with --profiles PATH", "--profile");
    }

    private static async Task ReadFolder(string folder, List<Resource> resources, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsDefinition).Take(MaxFiles + 1).Order(StringComparer.Ordinal).ToList();
        if (files.Count > MaxFiles)
            throw new Problem(ProblemKind.TooLarge, $"there are more than {MaxFiles} files; name a folder with profiles only", folder);
        foreach (var file in files)
        {
            try
            {
                await Read(file, resources, cancellationToken);
            }
            catch (Problem problem)
            {
                // A package holds files that are no resources; the profiles beside them are good.
                Console.Error.WriteLine($"dost: passed over {problem.Where}: {problem.Message}");
            }
        }
    }

    // A FHIR package from npm has package.json and .index.json, which are no resources.
    private static bool IsDefinition(string path)
        => Path.GetExtension(path) is ".json" or ".xml" && Path.GetFileName(path) is var name && name != "package.json" && !name.StartsWith('.');

    private static async Task Read(string path, List<Resource> resources, CancellationToken cancellationToken)
    {
        await using var input = await FhirInput.Open(path, cancellationToken);
        var resource = input.Single();
        resources.Add(resource);
        if (resource.TypeName == "Bundle")
            foreach (var entry in resource.Root.Children("entry"))
                if (entry["resource"].AsResource() is { } held)
                    resources.Add(held);
    }
}
