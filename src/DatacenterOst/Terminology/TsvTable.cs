using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Terminology;

/// <summary>A tab-separated table with a header line. Every complaint names file and line.</summary>
internal sealed class TsvTable
{
    // The largest table in sight (all of LOINC) has 110,000 rows; more than this is a wrong file.
    private const int MaxRows = 1_000_000;

    private readonly string path;
    private readonly Dictionary<string, int> columns;

    private TsvTable(string path, Dictionary<string, int> columns, List<TsvRow> rows)
    {
        this.path = path;
        this.columns = columns;
        Rows = rows;
    }

    public IReadOnlyList<TsvRow> Rows { get; }

    public static TsvTable Read(string path, string text)
    {
        var lines = text.Split('\n');
        if (lines.Length > MaxRows) throw Bad(path, 1, $"has more than {MaxRows} lines");
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in Cells(lines[0]))
            if (!columns.TryAdd(name, columns.Count)) throw Bad(path, 1, $"the column '{name}' is there twice");
        var rows = new List<TsvRow>(lines.Length);
        var table = new TsvTable(path, columns, rows);
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.Length == 0 || line == "\r") continue;
            var cells = Cells(line);
            if (cells.Length != columns.Count)
                throw Bad(path, i + 1, $"has {cells.Length} cells, but the header has {columns.Count}; separate cells by one tab");
            rows.Add(new TsvRow(table, i + 1, cells));
        }
        return table;
    }

    public int Column(string name, int line) => columns.TryGetValue(name, out var index)
        ? index
        : throw Bad(path, line, $"the column '{name}' is missing from the header");

    public Problem Bad(int line, string message) => Bad(path, line, message);

    private static string[] Cells(string line) => line.TrimEnd('\r').Split('\t');

    private static Problem Bad(string path, int line, string message) =>
        new(ProblemKind.Invalid, message, string.Create(CultureInfo.InvariantCulture, $"{path}:{line}"));
}

internal sealed class TsvRow(TsvTable table, int line, string[] cells)
{
    public string this[string column] => cells[table.Column(column, line)].Trim();

    public string Required(string column) => this[column] is { Length: > 0 } text
        ? text
        : throw Bad($"the column '{column}' is empty");

    public decimal? Number(string column)
    {
        var text = this[column];
        if (text.Length == 0) return null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad($"'{text}' in the column '{column}' is not a number; write it with a decimal point");
    }

    public Problem Bad(string message) => table.Bad(line, message);
}
