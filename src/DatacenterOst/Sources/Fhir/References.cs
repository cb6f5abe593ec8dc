using System.Buffers;
using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>
/// References within a bundle: entries that have no place on a server yet call each other by <c>urn:uuid:</c>
/// (FHIR R4, Bundle, 3.1.4.1). They are rewritten to <c>Type/id</c> as entries arrive.
/// </summary>
public sealed partial class References
{
    /// <summary>Entries of one bundle that are remembered; beyond that a reference stays the urn that it is.</summary>
    public const int MaxEntries = 200_000;

    /// <summary>System of identifiers that are URIs themselves.</summary>
    public const string UriSystem = "urn:ietf:rfc:3986";

    private const string UuidPrefix = "urn:uuid:";

    private readonly Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> awaited = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>From the <c>fullUrl</c> to <c>Type/id</c>, of the entries seen so far.</summary>
    public IReadOnlyDictionary<string, string> Known => known;

    public static bool IsUrn(string? reference) => reference is not null && reference.StartsWith(UuidPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The id of an entry: its resource's own, else the uuid of its <c>fullUrl</c>.</summary>
    public static string? IdOf(Resource resource, string? fullUrl) =>
        resource.Id ?? (IsUrn(fullUrl) ? fullUrl![UuidPrefix.Length..].ToLowerInvariant() : null);

    public void Add(string? fullUrl, Resource resource)
    {
        if (IsUrn(fullUrl) && known.Count < MaxEntries && IdOf(resource, fullUrl) is { } id)
            known[fullUrl!] = $"{resource.TypeName}/{id}";
    }

    /// <summary>A patient was named by a urn whose entry has not come yet.</summary>
    public void Await(string urn)
    {
        if (awaited.Count < MaxEntries)
            awaited.Add(urn);
    }

    public bool IsAwaited(string? fullUrl) => fullUrl is not null && awaited.Contains(fullUrl);

    /// <summary>The resource with its <c>urn:uuid:</c> references rewritten where the map knows them; all else byte for byte, decimals too.</summary>
    public static Resource Rewrite(Resource resource, IReadOnlyDictionary<string, string> map)
    {
        var json = Rewrite(resource.Source, map);
        return json.Equals(resource.Source) ? resource : Resource.ParseJson(json);
    }

    /// <summary>
    /// The same on the bytes, so that a resource is parsed once. In valid JSON the text <c>"reference":"urn:uuid:</c>
    /// outside a string is a reference and nothing else, since a quote within a string is escaped.
    /// </summary>
    internal static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, string> map)
    {
        var span = json.Span;
        ArrayBufferWriter<byte>? output = null;
        var (copied, at) = (0, 0);
        while (map.Count > 0 && span[at..].IndexOf("\"urn:uuid:"u8) is >= 0 and var found)
        {
            var start = at + found + 1;
            var length = span[start..].IndexOf((byte)'"');
            if (length < 0)
                break;
            at = start + length;
            if (!IsReference(span[..(start - 1)]) || !map.TryGetValue(Encoding.UTF8.GetString(span.Slice(start, length)), out var target))
                continue;
            output ??= new ArrayBufferWriter<byte>(json.Length);
            output.Write(span[copied..start]);
            Encoding.UTF8.GetBytes(target, output);
            copied = at;
        }
        if (output is null)
            return json;
        output.Write(span[copied..]);
        return output.WrittenMemory;
    }

    private static bool IsReference(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd(" \t\r\n"u8);
        return before.EndsWith(":"u8) && before[..^1].TrimEnd(" \t\r\n"u8).EndsWith("\"reference\""u8);
    }
}
