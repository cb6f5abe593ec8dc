using DatacenterOst.Store.Schema;

namespace DatacenterOst.Store;

/// <summary>
/// Rows on their way to a temporary table of the connection: PostgreSQL takes them by COPY, SQLite by one prepared
/// statement. What follows is then the same SQL on both. Cells are kept without boxing, since this is the bulk path.
/// </summary>
internal sealed class StagedRows(StagingTable table)
{
    // One array a row: a single list of all cells would grow through the heap of large objects, batch after batch.
    private readonly List<Cell[]> rows = [];
    private int next = table.Columns.Count;

    public StagingTable Table { get; } = table;

    public int Count => rows.Count;

    public Cell this[int row, int column] => rows[row][column];

    /// <summary>The numbers of one column.</summary>
    public long[] Longs(int column) => [.. rows.Select(row => row[column].Number)];

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

    public static readonly IReadOnlyList<StagingTable> All =
        [Names, Raw, Results, Facts, Moved, ResourceKeys, Resources, Ranges, Texts, Rejections, Repaired];

    public string ColumnList { get; } = string.Join(", ", Columns.Select(column => column.Name));

    private static StagingTable Of(string name, string columns) => new(name, TableShape.Of(name, "-", columns, "").Columns);

    private static StagingTable Like(string table) => new("staged_" + table, StoreTables.Get(table).Columns);

    public string Create(string blobType, string longsType, string afterwards) =>
        $"create temp table if not exists {Name} ({string.Join(", ", Columns.Select(column => $"{column.Name} {Sql(column.Type, blobType, longsType)}"))}) {afterwards}";

    private static string Sql(ColumnType type, string blobType, string longsType) => type switch
    {
        ColumnType.Long => "bigint",
        ColumnType.Int => "integer",
        ColumnType.Short => "smallint",
        ColumnType.Real => "double precision",
        ColumnType.Text => "text",
        ColumnType.Blob => blobType,
        ColumnType.Longs => longsType,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
