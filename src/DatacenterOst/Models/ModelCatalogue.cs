using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>A package that did not load, with every reason.</summary>
/// <param name="Folder"><c>&lt;id&gt;/&lt;version&gt;</c> below the models directory.</param>
public sealed record RefusedPackage(string Folder, IReadOnlyList<string> Reasons);

/// <summary>
/// The packages of a models directory, as they were at load. Immutable: a deployment loads a new catalogue and replaces the
/// old one whole, so that a request sees one version from beginning to end.
/// </summary>
public sealed class ModelCatalogue
{
    /// <summary>Folders that one load looks at; over it the directory is not a models directory.</summary>
    public const int MaxPackages = 10_000;

    private readonly Dictionary<ModelId, ModelPackage> newest = [];

    private ModelCatalogue(IReadOnlyList<ModelPackage> packages, IReadOnlyList<RefusedPackage> refused)
    {
        Packages = packages;
        Refused = refused;
        foreach (var package in packages)
        {
            if (!newest.TryGetValue(package.Id.Model, out var other) || IsNewer(package, other)) newest[package.Id.Model] = package;
        }
    }

    public static readonly ModelCatalogue Empty = new([], []);

    /// <summary>Every loaded package, all versions, ordered by id and version.</summary>
    public IReadOnlyList<ModelPackage> Packages { get; }

    public IReadOnlyList<RefusedPackage> Refused { get; }

    /// <param name="directory">Holds <c>&lt;id&gt;/&lt;version&gt;/model.yaml</c>.</param>
    /// <param name="concepts">From a terminology key to its entry; null where there is none.</param>
    /// <param name="settings">Site and trusted keys; none for neither.</param>
    /// <exception cref="Problem">NotFound when there is no such directory.</exception>
    public static ModelCatalogue Load(string directory, Func<string, ConceptEntry?> concepts, PackageSettings? settings = null)
    {
        if (!Directory.Exists(directory))
            throw new Problem(ProblemKind.NotFound, "the models directory does not exist; create it or correct the setting", where: directory);

        var packages = new List<ModelPackage>();
        var refused = new List<RefusedPackage>();
        foreach (var folder in Folders(directory))
        {
            var problems = new PackageProblems();
            var package = PackageFolder.Load(folder, concepts, problems, settings);
            if (package is not null) packages.Add(package);
            else refused.Add(new RefusedPackage(Path.GetRelativePath(directory, folder).Replace('\\', '/'), problems.List()));
        }

        packages.Sort((left, right) => left.Id.Model == right.Id.Model
            ? Version(left).CompareTo(Version(right))
            : string.CompareOrdinal(left.Id.Model.Value, right.Id.Model.Value));
        return new ModelCatalogue(packages, refused);
    }

    /// <summary>One package by its own folder.</summary>
    /// <exception cref="Problem">Invalid, with every reason, for a package that does not load.</exception>
    public static ModelPackage LoadOne(string folder, Func<string, ConceptEntry?> concepts, PackageSettings? settings = null)
    {
        var problems = new PackageProblems();
        return PackageFolder.Load(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar), concepts, problems, settings)
            ?? throw new Problem(ProblemKind.Invalid, string.Join("; ", problems.List()), where: folder);
    }

    /// <summary>The newest version of a model; null when none is loaded.</summary>
    public ModelPackage? Find(ModelId model) => newest.GetValueOrDefault(model);

    /// <summary>One version of a model, so that a past estimate can be made again.</summary>
    public ModelPackage? Find(ModelId model, string version)
    {
        foreach (var package in Packages)
        {
            if (package.Id.Model == model && package.Id.Version == version) return package;
        }

        return null;
    }

    private static List<string> Folders(string directory)
    {
        var folders = new List<string>();
        foreach (var model in Directory.EnumerateDirectories(directory))
        {
            folders.AddRange(Directory.EnumerateDirectories(model));
            if (folders.Count > MaxPackages)
                throw new Problem(ProblemKind.TooLarge, $"more than {MaxPackages} package folders; is this the models directory?", where: directory);
        }

        folders.Sort(StringComparer.Ordinal);
        return folders;
    }

    private static bool IsNewer(ModelPackage package, ModelPackage other) => Version(package).CompareTo(Version(other)) > 0;

    private static PackageVersion Version(ModelPackage package) => PackageVersion.Parse(package.Id.Version) ?? default;
}
