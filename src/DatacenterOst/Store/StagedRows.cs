using DatacenterOst.Store.Schema;

namespace DatacenterOst.Store;

/// <summary>
/// Rows on their way into statements that read them like a table: for SQLite a temporary one, filled by a prepared statement; for
/// PostgreSQL arrays in the statement itself. The SQL is the same on both. Cells are kept without boxing, since this is the bulk path.
/// </summary>
internal sealed class StagedRows(StagingTable table)
{
    // One array a row: a single list of all cells would grow through the heap of large objects, batch after batch.
    private readonly List<Cell[]> rows = [];
    private int next = table.Columns.Count;

    public StagingTable Table { get; } = table;

    public int Count => rows.Count;

    public Cell this[int row, int column] => rows[row][column];

    /// <summary>The cells of one column.</summary>
    public T[] Column<T>(int column, Func<Cell, T> read)
    {
        var cells = new T[rows.Count];
        for (var row = 0; row < cells.Length; row++)
        {
            cells[row] = read(rows[row][column]);
        }

        return cells;
    }

    public StagedRows Add(long? number) => Add(new Cell(number ?? 0, 0, number is null ? DBNull.Value : null));

    public StagedRows Add(double? number) => Add(new Cell(0, number ?? 0, number is null ? DBNull.Value : null));

    public StagedRows Add(string? text) => Add(new Cell(0, 0, text is null ? DBNull.Value : Sql.Storable(text)));

    public StagedRows Add(byte[]? bytes) => Add(new Cell(0, 0, bytes ?? (object)DBNull.Value));

    public StagedRows Add(long[] numbers) => Add(new Cell(0, 0, numbers));

    private StagedRows Add(Cell cell)
    {
        if (next == Table.Columns.Count)
        {
            rows.Add(new Cell[next]);
            next = 0;
        }

        rows[^1][next++] = cell;
        return this;
    }
}

/// <summary>One value: a number, or text, bytes or null as an object.</summary>
internal readonly record struct Cell(long Number, double Real, object? Other)
{
    public bool IsNull => ReferenceEquals(Other, DBNull.Value);
}

internal sealed record StagingTable(string Name, IReadOnlyList<ColumnShape> Columns)
{
    public static readonly StagingTable Names = Of("staged_name", "ord int, system text, value text");
    public static readonly StagingTable Raw = Like("raw_record");
    public static readonly StagingTable Results = Of("staged_result", "ord int, patient_key long, observed_at long, concept_id int, result_key blob");
    public static readonly StagingTable Facts = Like("fact");
    public static readonly StagingTable Moved = Like("moved_result");
    public static readonly StagingTable ResourceKeys = Of("staged_resource_key", "type short, id text");
    public static readonly StagingTable Resources = Like("resource");
    public static readonly StagingTable Terms = Of("resource_term", "patient_key long, term long, stored_at long");
    public static readonly StagingTable Ranges = Like("resource_range");
    public static readonly StagingTable Texts = Like("resource_text");
    public static readonly StagingTable Rejections = Like("rejection");
    public static readonly StagingTable Repaired = Of("staged_repaired", "patient_key long, raw_key blob");

    public static readonly StagingTable Answers = Like("answer");
    public static readonly StagingTable Feedback = Like("feedback");

    public static readonly IReadOnlyList<StagingTable> All =
        [Names, Raw, Results, Facts, Moved, ResourceKeys, Resources, Ranges, Texts, Rejections, Repaired, Answers, Feedback];

    public string ColumnList { get; } = string.Join(", ", Columns.Select(column => column.Name));

    public static StagingTable Named(string name) => All.First(table => table.Name == name);

    private static StagingTable Of(string name, string columns) => new(name, TableShape.Of(name, "-", columns, "").Columns);

    private static StagingTable Like(string table) => new("staged_" + table, StoreTables.Get(table).Columns);

    public string Create() =>
        $"create temp table if not exists {Name} ({string.Join(", ", Columns.Select(column => $"{column.Name} {Sql(column.Type)}"))})";

    private static string Sql(ColumnType type) => type switch
    {
        ColumnType.Long => "bigint",
        ColumnType.Int => "integer",
        ColumnType.Short => "smallint",
        ColumnType.Real => "double precision",
        ColumnType.Text => "text",
        ColumnType.Blob => "blob",
        ColumnType.Longs => "blob",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
