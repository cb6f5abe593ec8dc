using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Server.Operations;

/// <summary>
/// What earlier pages of $everything have sent along with their matches, so that a practitioner comes once and not with every page. It
/// travels in the cursor, as 8 bytes of a hash each, since the server keeps nothing between pages.
/// </summary>
internal sealed class SentAlong
{
    /// <summary>As many as an address can carry (4.3 KB of the 16 KB it may have); of more, some may come twice.</summary>
    private const int Most = 400;

    private const int Size = 8;
    private const char Between = '~';

    private readonly HashSet<long> sent;

    private SentAlong(HashSet<long> sent) => this.sent = sent;

    /// <summary>The store's part of a cursor.</summary>
    public static string? StoreCursor(string? cursor) => cursor?.Split(Between)[0];

    /// <summary>The rest of a cursor; what is not ours counts as nothing sent.</summary>
    public static SentAlong Of(string? cursor)
    {
        var parts = cursor?.Split(Between) ?? [];
        if (parts.Length != 2 || !Base64Url.IsValid(parts[1]))
            return new SentAlong([]);
        var bytes = Base64Url.DecodeFromChars(parts[1]);
        return new SentAlong([.. Enumerable.Range(0, bytes.Length / Size).Select(at => BitConverter.ToInt64(bytes, at * Size))]);
    }

    /// <summary>The page without what was sent before, and with a cursor that knows it.</summary>
    public FoundPage Next(FoundPage page)
    {
        var rows = page.Rows.Where(row => row.As == FoundAs.Match || sent.Add(Hash(row))).ToList();
        var all = sent.Take(Most).SelectMany(BitConverter.GetBytes).ToArray();
        return page with { Rows = rows, Next = page.Next is null || all.Length == 0 ? page.Next : $"{page.Next}{Between}{Base64Url.EncodeToString(all)}" };
    }

    private static long Hash(FoundResource row)
        => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.Resource.Type}/{row.Resource.Id}")));
}
