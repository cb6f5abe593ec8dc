using System.Security.Cryptography;
using System.Text;
using DatacenterOst.Clinical;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace DatacenterOst.Terminology;

/// <summary>What a folder below <c>terminology/</c> says of itself in its <c>source.yaml</c>.</summary>
public sealed record SourceManifest
{
    public const string FileName = "source.yaml";

    public string Title { get; init; } = "";

    /// <summary><c>everywhere</c>, or <c>profile</c>: only for source profiles that name the folder in <c>maps</c>.</summary>
    public string Scope { get; init; } = "profile";

    /// <summary>Goes into the rule that a finding carries: a new version is a new rule.</summary>
    public string Version { get; init; } = "";

    public string Licence { get; init; } = "";

    public string Source { get; init; } = "";

    public List<ManifestFile> Files { get; init; } = [];

    internal bool IsEverywhere => Scope == "everywhere";

    internal static SourceManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var manifest = Parse(path);
        foreach (var (name, value) in new[] { ("title", manifest.Title), ("version", manifest.Version), ("licence", manifest.Licence), ("source", manifest.Source) })
            if (string.IsNullOrWhiteSpace(value)) throw new Problem(ProblemKind.Invalid, $"'{name}' is missing", path);
        if (manifest.Scope is not ("everywhere" or "profile"))
            throw new Problem(ProblemKind.Invalid, $"scope is '{manifest.Scope}'; write everywhere or profile", path);
        return manifest;
    }

    /// <summary>The text of a file, refused where its checksum is not the one that <c>source.yaml</c> states.</summary>
    internal static string ReadVerified(string folder, ManifestFile file)
    {
        var path = Path.Combine(folder, file.Name);
        if (file.Name != Path.GetFileName(file.Name)) throw new Problem(ProblemKind.Invalid, $"'{file.Name}' must be a file of the folder itself", Path.Combine(folder, FileName));
        if (!File.Exists(path)) throw new Problem(ProblemKind.Invalid, $"the file '{file.Name}' is listed but not there", Path.Combine(folder, FileName));
        var bytes = File.ReadAllBytes(path);
        var actual = Checksum(bytes);
        if (!string.Equals(actual, file.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new Problem(ProblemKind.Invalid, $"the checksum is {actual}, but {FileName} states '{file.Sha256}'; if the change is meant, run: dost terminology checksum", path);
        return new UTF8Encoding(false, true).GetString(bytes);
    }

    internal static string Checksum(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static SourceManifest Parse(string path)
    {
        try
        {
            var deserializer = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
            return deserializer.Deserialize<SourceManifest>(File.ReadAllText(path)) ?? throw new Problem(ProblemKind.Invalid, "is empty", path);
        }
        catch (YamlException e)
        {
            throw new Problem(ProblemKind.Invalid, $"is not readable YAML: {e.InnerException?.Message ?? e.Message}", $"{path}:{e.Start.Line}", e);
        }
    }
}

/// <summary>A table of a terminology folder.</summary>
public sealed record ManifestFile
{
    public string Name { get; init; } = "";

    /// <summary>concepts, members, codes, units, unit-rules, molar-masses, categories or systems.</summary>
    public string Table { get; init; } = "";

    /// <summary>The code system of all rows, for a table without a system column.</summary>
    public string System { get; init; } = "";

    public string Sha256 { get; init; } = "";
}
