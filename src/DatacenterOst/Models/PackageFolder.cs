using System.Security.Cryptography;
using System.Text;
using DatacenterOst.Features;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Models.Reference;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>One folder <c>models/&lt;id&gt;/&lt;version&gt;/</c>: read, checked against its own vectors, and addressed by its content.</summary>
internal static class PackageFolder
{
    public const string ModelFile = "model.yaml";
    public const string VectorFile = "vectors.jsonl";
    public const string CardFile = "MODEL-CARD.md";

    /// <summary>A package is a handful of files; more means that something else was copied into the folder.</summary>
    public const int MaxFiles = 200;

    /// <summary>Weights of the largest tabular models stay far below this.</summary>
    public const long MaxBytes = 1L << 30;

    /// <returns>Null when the package must not load; the reasons are in <paramref name="problems"/>.</returns>
    public static ModelPackage? Load(string folder, Func<string, ConceptEntry?> concepts, PackageProblems problems, PackageSettings? given = null)
    {
        var settings = given ?? PackageSettings.Default;
        foreach (var required in new[] { ModelFile, VectorFile, CardFile })
        {
            if (!File.Exists(Path.Combine(folder, required))) problems.Add(required, 0, "is missing; a package without it does not load");
        }

        if (!problems.None || Hash(folder, problems) is not { } hash) return null;
        if (Text(folder, ModelFile, YamlFile.MaxCharacters * 4L, problems) is not { } yaml) return null;
        if (PackageContent.Read(yaml, new RuntimeContent(folder, settings.Site), concepts, problems) is not { } content) return null;

        CheckName(folder, content, problems);
        var package = new ModelPackage(new PackageId(new ModelId(content.Id), content.Version, hash), content);
        PackageSignature.Check(folder, package.Id, settings.Signatures, problems);
        package = package.With(Reference(folder, content, problems));
        CardDocument.Check(folder, package, problems);
        if (Text(folder, VectorFile, VectorFileReader.MaxBytes, problems) is { } vectors)
            VectorRun.Check(Anywhere(package, folder, yaml, settings, concepts, problems), VectorFileReader.Read(vectors, VectorFile, concepts, problems), VectorFile, problems);
        return problems.None ? package : null;
    }

    // Vectors say what comes of the package as it was made. A site's calibration changes that on purpose, and only there.
    private static ModelPackage Anywhere(
        ModelPackage package, string folder, string yaml, PackageSettings settings, Func<string, ConceptEntry?> concepts, PackageProblems problems)
        => settings.Site.Length > 0 && PackageContent.Read(yaml, new RuntimeContent(folder, ""), concepts, problems) is { } content
            ? new ModelPackage(package.Id, content)
            : package;

    /// <summary>SHA-256 over path, length and bytes of every file but the signature, in ordinal order of the paths.</summary>
    internal static string? Hash(string folder, PackageProblems problems)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var paths = new SortedDictionary<string, FileInfo>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", options))
        {
            if (file.DirectoryName == Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) && file.Name == PackageSignature.FileName) continue;
            paths[Path.GetRelativePath(folder, file.FullName).Replace('\\', '/')] = file;
            bytes += file.Length;
            if (paths.Count <= MaxFiles && bytes <= MaxBytes) continue;
            problems.Add(folder, 0, $"holds more than {MaxFiles} files or {MaxBytes} bytes; keep only what the model needs");
            return null;
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81_920];
        foreach (var (path, file) in paths)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(path));
            sha.AppendData([0, .. BitConverter.GetBytes(file.Length)]);
            using var stream = file.OpenRead();
            int read;
            while ((read = stream.Read(buffer)) > 0) sha.AppendData(buffer.AsSpan(0, read));
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static string? Text(string folder, string name, long limit, PackageProblems problems)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (file.Length <= limit) return File.ReadAllText(file.FullName);
        problems.Add(name, 0, $"is larger than {limit} bytes");
        return null;
    }

    // A reference of other features would make monitoring compare what is not the same.
    private static ReferenceFile? Reference(string folder, PackageContent content, PackageProblems problems)
    {
        if (!File.Exists(Path.Combine(folder, ReferenceFile.Name)) || Text(folder, ReferenceFile.Name, ReferenceFile.MaxBytes, problems) is not { } text) return null;
        if (ReferenceFile.Read(text, ReferenceFile.Name, problems) is not { } reference) return null;
        foreach (var feature in reference.Features.Where(feature => content.Features.Place(feature.Name) < 0))
            problems.Add(ReferenceFile.Name, 0, $"describes '{feature.Name}', which is not a feature of this package");
        return reference;
    }

    // The folder is what people look at; a package that says to be another would be deployed by mistake.
    private static void CheckName(string folder, PackageContent content, PackageProblems problems)
    {
        var version = Path.GetFileName(folder);
        var id = Path.GetFileName(Path.GetDirectoryName(folder));
        if (id != content.Id || version != content.Version)
            problems.Add(ModelFile, 0, $"says {content.Id} {content.Version}, but its folder is {id}/{version}; make them the same");
    }
}
