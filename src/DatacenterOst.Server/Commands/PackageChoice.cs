using DatacenterOst.Clinical;
using DatacenterOst.Models;

namespace DatacenterOst.Server.Commands;

/// <summary>The package that somebody names on the command line: its folder, the folder of its model, or the id of a model of this installation.</summary>
internal static class PackageChoice
{
    /// <param name="version">Null for the newest.</param>
    /// <exception cref="Problem">NotFound, with what there is.</exception>
    public static string FolderOf(string place, string? version, string content)
    {
        if (File.Exists(place)) throw new Problem(ProblemKind.Invalid, "is a file, not a package; `dost model score FILE --rows rows.csv` scores rows by it", where: place);
        if (Directory.Exists(place)) return In(place, version) ?? throw new Problem(ProblemKind.NotFound, $"holds no package{Of(version)}: a package is a folder <id>/<version>/ with model.yaml", where: place);

        var models = Path.Combine(content, "models");
        if (Path.GetFileName(place) == place && In(Path.Combine(models, place), version) is { } shipped) return shipped;
        var known = Directory.Exists(models) ? Directory.EnumerateDirectories(models).SelectMany(ModelCatalogue.PackagesIn).Select(folder => Path.GetRelativePath(models, folder).Replace('\\', '/').Replace('/', ' ')) : [];
        throw new Problem(ProblemKind.NotFound, $"there is no such model{Of(version)}; there are {string.Join(", ", known.Order(StringComparer.Ordinal))}", where: place);
    }

    private static string? In(string folder, string? version)
        => version is null ? ModelCatalogue.NewestIn(folder) : ModelCatalogue.PackagesIn(folder).FirstOrDefault(one => Path.GetFileName(one) == version);

    private static string Of(string? version) => version is null ? "" : $" of version {version}";
}
