using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Features;

/// <summary>
/// The FHIR value sets that a package carries, <c>*.valueset.json</c> in its folder, by canonical address. They are part of the package and of
/// its hash: a value set that somebody changes on a terminology server must not change what a proven model counts.
/// </summary>
public sealed class ValueSetFiles
{
    public const string Pattern = "*.valueset.json";

    /// <summary>Files of one package.</summary>
    public const int MaxFiles = 100;

    /// <summary>Bytes of one file: tens of thousands of codes with their displays.</summary>
    public const long MaxBytes = 16 << 20;

    /// <summary>Codes of one set; a feature of more is one of a whole system.</summary>
    public const int MaxCodes = 50_000;

    // Value sets include one another; a circle would never end.
    private const int MaxDepth = 16;

    public static readonly ValueSetFiles None = new([], "");

    private readonly IReadOnlyList<Resource> sets;
    private readonly string unread;

    private ValueSetFiles(IReadOnlyList<Resource> sets, string unread) => (this.sets, this.unread) = (sets, unread);

    /// <param name="folder">The package's folder; one without such files, or none at all, has no sets.</param>
    public static ValueSetFiles In(string folder)
    {
        if (!Directory.Exists(folder)) return None;
        var sets = new List<Resource>();
        foreach (var path in Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (sets.Count == MaxFiles) return new ValueSetFiles(sets, $"there are more than {MaxFiles} files {Pattern}");
            if (new FileInfo(path).Length > MaxBytes) return new ValueSetFiles(sets, $"{name} is larger than {MaxBytes} bytes");
            try
            {
                sets.Add(Resource.ParseJson(File.ReadAllBytes(path)));
            }
            catch (FhirFormatException wrong)
            {
                return new ValueSetFiles(sets, $"{name} cannot be read: {wrong.Message}");
            }

            if (sets[^1].TypeName != "ValueSet") return new ValueSetFiles(sets, $"{name} is a {sets[^1].TypeName}, not a ValueSet");
        }

        return new ValueSetFiles(sets, "");
    }

    /// <summary>Takes the files along to another folder of the same package.</summary>
    public static void Copy(string from, string to)
    {
        if (!Directory.Exists(from) || Path.GetFullPath(from) == Path.GetFullPath(to)) return;
        foreach (var path in Directory.EnumerateFiles(from, Pattern)) File.Copy(path, Path.Combine(to, Path.GetFileName(path)), overwrite: true);
    }

    /// <param name="canonical">The set's url, with or without <c>|version</c>.</param>
    /// <param name="wrong">Why there are no codes; empty where there are.</param>
    public IReadOnlyList<Code> Codes(string canonical, out string wrong)
    {
        wrong = unread;
        if (unread.Length > 0) return [];
        var codes = new HashSet<Code>();
        wrong = Add(canonical, codes, 0);
        if (wrong.Length == 0 && codes.Count == 0) wrong = $"'{canonical}' has no codes";
        if (wrong.Length == 0 && codes.Count > MaxCodes) wrong = $"'{canonical}' has more than {MaxCodes} codes";
        return wrong.Length > 0 ? [] : [.. codes.OrderBy(code => code.ToString(), StringComparer.Ordinal)];
    }

    private string Add(string canonical, HashSet<Code> codes, int depth)
    {
        if (depth > MaxDepth) return $"'{canonical}' includes itself";
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var (url, version) = bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
        Resource[] found = [.. sets.Where(set => set.Root["url"].AsString() == url && (version is null || set.Root["version"].AsString() == version))];
        if (found.Length == 0) return $"the value set '{canonical}' is not there; put it beside model.yaml as NAME.valueset.json (a FHIR R4 ValueSet, expanded where it has filters)";
        if (found.Length > 1) return $"the value set '{canonical}' is there {found.Length} times; say which with |version";
        var root = found[0].Root;
        if (root["expansion"].Exists)
        {
            Expanded(root["expansion"], codes);
            return "";
        }

        foreach (var include in root["compose"].Children("include"))
        {
            if (Part(canonical, include, codes, depth) is { Length: > 0 } wrong) return wrong;
        }

        foreach (var exclude in root["compose"].Children("exclude"))
        {
            var away = new HashSet<Code>();
            if (Part(canonical, exclude, away, depth) is { Length: > 0 } wrong) return wrong;
            codes.ExceptWith(away);
        }

        return "";
    }

    // A code that is no longer in use still stands in records of the time when it was.
    private static void Expanded(Element holder, HashSet<Code> codes)
    {
        foreach (var entry in holder.Children("contains"))
        {
            if (entry["abstract"].AsBoolean() != true && entry["system"].AsString() is { } system && entry["code"].AsString() is { } code) codes.Add(new Code(system, code));
            Expanded(entry, codes);
        }
    }

    private string Part(string canonical, Element part, HashSet<Code> codes, int depth)
    {
        var listed = new HashSet<Code>();
        var system = part["system"].AsString();
        foreach (var concept in part.Children("concept"))
        {
            if (system is not null && concept["code"].AsString() is { } code) listed.Add(new Code(system, code));
        }

        if (part["filter"].Exists || (system is not null && listed.Count == 0))
            return $"'{canonical}' takes codes of {system} by a rule; put its expansion there ($expand of a terminology server)";

        HashSet<Code>? result = system is null ? null : listed;
        foreach (var other in part.Children("valueSet"))
        {
            var inner = new HashSet<Code>();
            if (Add(other.AsString() ?? "", inner, depth + 1) is { Length: > 0 } wrong) return wrong;

            // Sets that stand together in one part all have to hold (FHIR R4, 4.9.7).
            if (result is null) result = inner;
            else result.IntersectWith(inner);
        }

        codes.UnionWith(result ?? []);
        return "";
    }
}
