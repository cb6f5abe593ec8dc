using System.Globalization;
using System.Text;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Commands;

/// <summary>
/// Rows of a CSV file (RFC 4180, comma, UTF-8, header first), one at a time: a million take no more memory than one. Cells are given as
/// they stand in the file, so that they can be written again unchanged, and without their quotes.
/// </summary>
internal sealed class RowTable(TextReader reader, string file)
{
    // The widest model has 100,000 inputs of some twenty digits; a longer row is most often a quote that was never closed.
    private const int MaxRowCharacters = 4_000_000;

    private readonly char[] buffer = new char[32 * 1024];
    private readonly StringBuilder row = new();
    private readonly List<(int Start, int Length)> cells = [];
    private string text = "";
    private int filled;
    private int next;
    private long lines;

    /// <summary>The line of the file on which the present row begins, from 1.</summary>
    public long Line { get; private set; }

    public int Count => cells.Count;

    public ReadOnlySpan<char> Raw(int cell) => text.AsSpan(cells[cell].Start, cells[cell].Length);

    public string Cell(int cell)
    {
        var raw = Raw(cell);
        return raw is ['"', _, ..] ? raw[1..^1].ToString().Replace("\"\"", "\"", StringComparison.Ordinal) : raw.ToString();
    }

    public string Place(string? column = null)
        => string.Create(CultureInfo.InvariantCulture, $"{file}:{Line}") + (column is null ? "" : $": column '{column}'");

    /// <returns>False at the end of the file. Empty lines are passed over.</returns>
    public async ValueTask<bool> Next(CancellationToken cancellationToken)
    {
        do
        {
            row.Clear();
            Line = lines + 1;
            if (!await ReadRow(cancellationToken)) return false;
        }
        while (row.Length == 0);
        text = row.ToString();
        Split();
        return true;
    }

    private async ValueTask<bool> ReadRow(CancellationToken cancellationToken)
    {
        var isQuoted = false;
        var isAny = false;
        while (next < filled || await Fill(cancellationToken))
        {
            isAny = true;
            var unread = buffer.AsSpan(next, filled - next);
            var end = isQuoted ? unread.IndexOf('"') : unread.IndexOfAny('"', '\n');
            var taken = end < 0 ? buffer.AsSpan(next, filled - next) : buffer.AsSpan(next, end + 1);
            next += taken.Length;
            lines += isQuoted ? taken.Count('\n') : 0;
            row.Append(taken);
            if (row.Length > MaxRowCharacters) throw new Problem(ProblemKind.TooLarge, $"a row has more than {MaxRowCharacters} characters; is a quote not closed?", Place());
            if (end < 0) continue;
            if (taken[^1] == '"')
            {
                isQuoted = !isQuoted;
                continue;
            }

            lines++;
            row.Length -= row.Length > 1 && row[^2] == '\r' ? 2 : 1;
            return true;
        }

        if (isQuoted) throw new Problem(ProblemKind.Invalid, "a quote is not closed before the end of the file", Place());
        return isAny;
    }

    private async ValueTask<bool> Fill(CancellationToken cancellationToken)
    {
        next = 0;
        filled = await reader.ReadAsync(buffer.AsMemory(), cancellationToken);
        return filled > 0;
    }

    private void Split()
    {
        cells.Clear();
        var at = 0;
        while (true)
        {
            var start = at;
            if (at < text.Length && text[at] == '"') at = AfterQuotes(at);
            var comma = text.IndexOf(',', at);
            at = comma < 0 ? text.Length : comma;
            if (text.AsSpan(start, at - start) is ['"', .., not '"'] or ['"'])
                throw new Problem(ProblemKind.Invalid, $"cell {cells.Count + 1} goes on after its closing quote", Place());
            cells.Add((start, at - start));
            if (comma < 0) return;
            at++;
        }
    }

    private int AfterQuotes(int at)
    {
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"') continue;
            if (at + 1 >= text.Length || text[at + 1] != '"') return at + 1;
            at++;
        }

        return at;
    }
}
