using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Store.Models;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>A package that did not load, with every reason.</summary>
/// <param name="Folder"><c>&lt;id&gt;/&lt;version&gt;</c> below the models directory.</param>
public sealed record RefusedPackage(string Folder, IReadOnlyList<string> Reasons);

/// <summary>
/// The packages of a models directory and those that were deployed, each with the stage it stands at. Immutable: a deployment makes a new
/// catalogue that replaces the old one whole, so that a request sees one version from beginning to end.
/// </summary>
public sealed class ModelCatalogue
{
    /// <summary>Folders that one load looks at; over it the directory is not a models directory.</summary>
    public const int MaxPackages = 10_000;

    private readonly ILookup<ModelId, StagedPackage> staged;
    private readonly Dictionary<ModelId, Lineup> lineups = [];

    private ModelCatalogue(IReadOnlyList<StagedPackage> all, IReadOnlyList<RefusedPackage> refused)
    {
        staged = all.ToLookup(one => one.Package.Id.Model);
        Packages = [.. all.Select(one => one.Package)];
        Refused = refused;
        foreach (var model in staged)
        {
            lineups[model.Key] = new Lineup(
                model.Key, model.FirstOrDefault(one => one.Stage == ModelStage.Active), model.FirstOrDefault(one => one.Stage == ModelStage.Canary),
                [.. model.Where(one => one.Stage == ModelStage.Silent)]);
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

        return new ModelCatalogue(Staged(packages, packages, []), refused);
    }

    /// <summary>The package folders that a place itself is: that of one package, or all of one model; none for a models directory.</summary>
    public static IReadOnlyList<string> PackagesIn(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        var place = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        if (File.Exists(Path.Combine(place, PackageFolder.ModelFile))) return [place];
        return [.. Directory.EnumerateDirectories(place).Where(version => File.Exists(Path.Combine(version, PackageFolder.ModelFile))).Order(StringComparer.Ordinal)];
    }

    /// <summary>The newest package of a place, by its version; null where there is none.</summary>
    public static string? NewestIn(string folder)
        => PackagesIn(folder).MaxBy(package => PackageVersion.Parse(Path.GetFileName(package)) ?? default);

    /// <returns>Null when the package must not load; the reasons are in <paramref name="problems"/>.</returns>
    public static ModelPackage? TryLoad(string folder, Func<string, ConceptEntry?> concepts, PackageProblems problems, PackageSettings? settings = null)
        => PackageFolder.Load(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar), concepts, problems, settings);

    /// <summary>One package by its own folder.</summary>
    /// <exception cref="Problem">Invalid, with every reason, for a package that does not load.</exception>
    public static ModelPackage LoadOne(string folder, Func<string, ConceptEntry?> concepts, PackageSettings? settings = null)
    {
        var problems = new PackageProblems();
        return TryLoad(folder, concepts, problems, settings)
            ?? throw new Problem(ProblemKind.Invalid, string.Join("; ", problems.List()), where: folder);
    }

    /// <summary>What was shipped and what was deployed, each where its last change has put it.</summary>
    /// <param name="changes">Each model's in order.</param>
    public static ModelCatalogue Of(ModelCatalogue shipped, IReadOnlyList<ModelPackage> deployed, IReadOnlyList<RefusedPackage> refused, IReadOnlyList<ModelChange> changes)
        => new(Staged([.. shipped.Packages, .. deployed], shipped.Packages, changes), [.. shipped.Refused, .. refused]);

    /// <summary>The version of a model that answers, or else the one that works in silence; null when none does.</summary>
    public ModelPackage? Find(ModelId model) => LineupOf(model).Lead?.Package;

    /// <summary>One version of a model, at whatever stage: for a service that names it, and so that a past estimate can be made again.</summary>
    public ModelPackage? Find(ModelId model, string version) => Staged(model, version)?.Package;

    /// <summary>The package with just that content.</summary>
    public ModelPackage? Find(PackageId id) => staged[id.Model].FirstOrDefault(one => one.Package.Id == id)?.Package;

    /// <summary>Every loaded version of a model with its stage, in the order of versions.</summary>
    public IReadOnlyList<StagedPackage> StagesOf(ModelId model) => [.. staged[model]];

    public StagedPackage? Staged(ModelId model, string version)
        => staged[model].Where(one => one.Package.Id.Version == version).OrderByDescending(one => one.IsShown).ThenByDescending(one => one.Stage == ModelStage.Silent).FirstOrDefault();

    /// <summary>The versions of a model that work now.</summary>
    public Lineup LineupOf(ModelId model) => lineups.GetValueOrDefault(model) ?? new Lineup(model, null, null, []);

    // A model that nobody has put anywhere answers with the newest version that came with the product. As soon as somebody has decided
    // which version is active, another product version does not change that by itself.
    private static List<StagedPackage> Staged(IReadOnlyList<ModelPackage> packages, IReadOnlyList<ModelPackage> shipped, IReadOnlyList<ModelChange> changes)
    {
        var last = new Dictionary<(string Model, string Hash), ModelChange>();
        var decided = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            last[(change.Model, change.Hash)] = change;
            if (change.From == ModelStage.Active || change.To == ModelStage.Active) decided.Add(change.Model);
        }

        var newest = new Dictionary<ModelId, ModelPackage>();
        foreach (var package in shipped)
        {
            if (!last.ContainsKey((package.Id.Model.Value, package.Id.Hash)) && (!newest.TryGetValue(package.Id.Model, out var other) || IsNewer(package, other)))
                newest[package.Id.Model] = package;
        }

        var all = new List<StagedPackage>();
        foreach (var package in packages)
        {
            if (last.TryGetValue((package.Id.Model.Value, package.Id.Hash), out var change)) all.Add(new StagedPackage(package, change.To, change.Share, change.Units));
            else all.Add(new StagedPackage(package, newest.GetValueOrDefault(package.Id.Model) == package && !decided.Contains(package.Id.Model.Value) ? ModelStage.Active : ModelStage.Verified, 0, []));
        }

        all.Sort((left, right) => left.Package.Id.Model == right.Package.Id.Model
            ? Version(left.Package).CompareTo(Version(right.Package))
            : string.CompareOrdinal(left.Package.Id.Model.Value, right.Package.Id.Model.Value));
        return all;
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
