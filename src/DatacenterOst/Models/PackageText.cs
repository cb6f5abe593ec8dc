using System.Text.RegularExpressions;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Numeric;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models;

/// <summary>
/// model.yaml under a new name and with other weights. The text is changed and not written anew, so that the author's comments and order
/// stay; which feature an input reads stays as well.
/// </summary>
internal static partial class PackageText
{
    public static string Rewritten(string yaml, string id, string version, string weights, string kind)
    {
        yaml = Top("kind", Top("version", Top("id", yaml, id), version), kind);
        yaml = OtherKinds().Replace(yaml, "");
        return FileLine().IsMatch(yaml)
            ? FileLine().Replace(yaml, match => $"{match.Groups[1].Value}{weights}", 1)
            : $"{yaml.TrimEnd()}\n\nmodel:\n  file: {weights}\n";
    }

    /// <summary>Whether the text has a key at its top level.</summary>
    public static bool Has(string yaml, string key) => Line(key).IsMatch(yaml);

    /// <summary>The package of a folder whose vectors are not run yet.</summary>
    /// <exception cref="Problem">Invalid, with every reason.</exception>
    public static ModelPackage Unproven(string folder, string yaml, Func<string, ConceptEntry?> concepts)
    {
        var problems = new PackageProblems();
        return PackageContent.Read(yaml, new RuntimeContent(folder, ""), concepts, problems) is { } content && problems.None
            ? new ModelPackage(new PackageId(new ModelId(content.Id), content.Version, ""), content)
            : throw new Problem(ProblemKind.Invalid, string.Join("; ", problems.List()));
    }

    private static string Top(string key, string yaml, string value)
        => Has(yaml, key) ? Line(key).Replace(yaml, _ => $"{key}: {value}", 1) : $"{key}: {value}\n{yaml}";

    private static Regex Line(string key) => new($"^{key}:.*$", RegexOptions.Multiline);

    [GeneratedRegex(@"^(linear|equation|scorecard|surveillance):.*\n(?:[ \t].*\n|\s*\n|#.*\n)*", RegexOptions.Multiline)]
    private static partial Regex OtherKinds();

    [GeneratedRegex(@"^(model:\s*(?:\{\s*|\n\s+)file:\s*)[^\s,}]+", RegexOptions.Multiline)]
    private static partial Regex FileLine();
}
