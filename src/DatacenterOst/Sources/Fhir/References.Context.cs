using System.Text;

namespace DatacenterOst.Sources.Fhir;

/// <summary>
/// What an entry must be kept with, so that it can be read again without its bundle: a line for its own <c>fullUrl</c>, and one
/// for each <c>urn:uuid:</c> in it that was known then. Most entries of most bundles need none.
/// </summary>
public sealed partial class References
{
    private const string FullUrlMark = "fullUrl ";
    private const string AwaitedMark = "awaited ";

    internal ReadOnlyMemory<byte> ContextOf(ReadOnlySpan<byte> json, string? fullUrl)
    {
        if (!IsUrn(fullUrl) && json.IndexOf("\"urn:uuid:"u8) < 0)
            return default;
        var lines = new StringBuilder();
        if (IsUrn(fullUrl))
            lines.Append(FullUrlMark).Append(fullUrl).Append('\n');
        if (IsAwaited(fullUrl))
            lines.Append(AwaitedMark).Append(fullUrl).Append('\n');
        while (json.IndexOf("\"urn:uuid:"u8) is >= 0 and var start)
        {
            json = json[(start + 1)..];
            var length = json.IndexOf((byte)'"');
            if (length < 0)
                break;
            var urn = Encoding.UTF8.GetString(json[..length]);
            if (known.TryGetValue(urn, out var target))
                lines.Append(urn).Append(' ').Append(target).Append('\n');
            json = json[length..];
        }

        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    internal static References From(ReadOnlySpan<byte> context, out string? fullUrl)
    {
        var references = new References();
        fullUrl = null;
        foreach (var line in Encoding.UTF8.GetString(context).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (line.StartsWith(FullUrlMark, StringComparison.Ordinal))
                fullUrl = line[FullUrlMark.Length..];
            else if (line.StartsWith(AwaitedMark, StringComparison.Ordinal))
                references.awaited.Add(line[AwaitedMark.Length..]);
            else if (blank > 0)
                references.known[line[..blank]] = line[(blank + 1)..];
        }

        return references;
    }
}
