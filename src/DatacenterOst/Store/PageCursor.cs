using System.Buffers.Text;
using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Where a page ended, and the moment of StoredAt that the first page was read at: later pages look at the same moment,
/// so that what is written meanwhile neither repeats a row nor loses one.
/// </summary>
internal sealed record PageCursor(DateTimeOffset Stored, long At, string Id)
{
    /// <summary>Longest cursor that is read.</summary>
    private const int MaxLength = 400;

    public override string ToString() => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Instants.Micros(Stored)} {At} {Id}")));

    public static PageCursor? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length <= MaxLength && Base64Url.IsValid(text))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 3);
            if (parts.Length == 3
                && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var stored) && Math.Abs(stored) < long.MaxValue / 100
                && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var at))
            {
                return new PageCursor(Instants.From(stored), at, parts[2]);
            }
        }

        throw new Problem(ProblemKind.Invalid, "the page cursor is not one that this server gave; start the search again", where: "cursor");
    }
}
