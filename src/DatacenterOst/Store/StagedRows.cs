using DatacenterOst.Store.Schema;

namespace DatacenterOst.Store;

/// <summary>
/// Rows on their way into a table, or into statements that read them like one: in SQLite by prepared statements, in PostgreSQL as
/// parameters. The SQL that reads them is the same on both. Cells are kept without boxing, since this is the bulk path.
/// </summary>
internal sealed class StagedRows(StagingTable table)
{
    // One array a row: a single list of all cells would grow through the heap of large objects, batch after batch.
    private readonly List<Cell[]> rows = [];
    private readonly int[] key = [.. table.Key];
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

    /// <summary>
    /// Puts the rows in the order of their table's key: neighbours go to one page, and two writers who bring the same keys wait for
    /// each other in one order.
    /// </summary>
    public void Sort() => rows.Sort(Compare);

    public StagedRows Add(long? number) => Add(new Cell(number ?? 0, number is null ? DBNull.Value : null));

    public StagedRows Add(double? number) => Add(new Cell(BitConverter.DoubleToInt64Bits(number ?? 0), number is null ? DBNull.Value : null));

    public StagedRows Add(string? text) => Add(new Cell(0, text is null ? DBNull.Value : Sql.Storable(text)));

    public StagedRows Add(byte[]? bytes) => Add(new Cell(0, bytes ?? (object)DBNull.Value));

    public StagedRows Add(long[] numbers) => Add(new Cell(0, numbers));

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

    private int Compare(Cell[] one, Cell[] other)
    {
        foreach (var column in key)
        {
            ref readonly var left = ref one[column];
            ref readonly var right = ref other[column];
            var order = left.Other switch
            {
                null => left.Number.CompareTo(right.Number),
                byte[] bytes => bytes.AsSpan().SequenceCompareTo((byte[])right.Other!),
                _ => string.CompareOrdinal((string)left.Other, (string)right.Other!),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}

/// <summary>One value: a number, which may be the bits of a real one, or text, bytes or null as an object.</summary>
internal readonly record struct Cell(long Number, object? Other)
{
    public double Real => BitConverter.Int64BitsToDouble(Number);

    public bool IsNull => ReferenceEquals(Other, DBNull.Value);
}

/// <summary>What becomes of a row whose key is there already.</summary>
internal enum WhatIsThere
{
    /// <summary>It cannot be there: the transaction fails, and is decided anew.</summary>
    Fails,

    /// <summary>The row that is there stays.</summary>
    Stays,
}

/// <summary>A table that rows are added to, or the name by which statements read them.</summary>
/// <param name="Key">Places of the key among the columns.</param>
internal sealed record StagingTable(string Name, IReadOnlyList<ColumnShape> Columns, IReadOnlyList<int> Key)
{
    public static readonly StagingTable Names = Of("staged_name", "ord int, system text, value text");
    public static readonly StagingTable RawKeys = Of("staged_raw_key", "patient_key long, raw_key blob");
    public static readonly StagingTable Results = Of("staged_result", "ord int, patient_key long, observed_at long, concept_id int, result_key uuid");
    public static readonly StagingTable ResourceKeys = Of("staged_resource_key", "type short, id text");
    public static readonly StagingTable Replaced = Of("staged_replaced", "patient_key long, stored_at long, version int, type short, id text");
    public static readonly StagingTable Repaired = Of("staged_repaired", "patient_key long, raw_key blob");
    public static readonly StagingTable Answers = Staged("answer", "said_since long, user_from long, user_to long, day_since long, most int?");
    public static readonly StagingTable Feedback = Staged("feedback", "");
    public static readonly StagingTable StillRejected = Of("staged_still_rejected", "patient_key long, rejection_key blob");

    public static readonly StagingTable Raw = Like(StoreTables.Get("raw_record"));
    public static readonly StagingTable Facts = Like(StoreTables.Get("fact"));
    public static readonly StagingTable Packs = Like(StoreTables.Get("fact_pack"));
    public static readonly StagingTable Moved = Like(StoreTables.Get("moved_result"));
    public static readonly StagingTable Resources = Like(StoreTables.Get("resource"));
    public static readonly StagingTable Locations = Like(StoreTables.Get("resource_location"));
    public static readonly StagingTable Terms = Like(StoreTables.TermsOfSqlite);
    public static readonly StagingTable Ranges = Like(StoreTables.Get("resource_range"));
    public static readonly StagingTable Texts = Like(StoreTables.Get("resource_text"));
    public static readonly StagingTable Rejections = Like(StoreTables.Get("rejection"));
    public static readonly StagingTable SilentScores = Like(StoreTables.Get("silent_score"));
    public static readonly StagingTable Outcomes = Like(StoreTables.Get("model_outcome"));
    public static readonly StagingTable BatchScores = Like(StoreTables.Get("batch_score"));

    /// <summary>Those that statements read.</summary>
    public static readonly IReadOnlyList<StagingTable> Read = [Names, RawKeys, Results, ResourceKeys, Replaced, Repaired, StillRejected, Answers, Feedback];

    public string ColumnList { get; } = string.Join(", ", Columns.Select(column => column.Name));

    public static StagingTable Named(string name) => Read.First(table => table.Name == name);

    private static StagingTable Of(string name, string columns) => Like(TableShape.Of(name, "-", columns, ""));

    /// <summary>Rows of a table that a statement reads before it adds them.</summary>
    /// <param name="more">Columns that only that statement reads.</param>
    private static StagingTable Staged(string table, string more)
    {
        var shape = StoreTables.Get(table);
        return Like(shape with { Name = "staged_" + table, Columns = [.. shape.Columns, .. TableShape.Of(table, "-", more, "").Columns] });
    }

    private static StagingTable Like(TableShape table) =>
        new(table.Name, table.Columns, [.. table.Key.Select(key => table.Columns.Select(column => column.Name).ToList().IndexOf(key))]);

    public string Create() =>
        $"create temp table if not exists {Name} ({string.Join(", ", Columns.Select(column => $"{column.Name} {Sql(column.Type)}"))})";

    private static string Sql(ColumnType type) => type switch
    {
        ColumnType.Long => "bigint",
        ColumnType.Int => "integer",
        ColumnType.Short => "smallint",
        ColumnType.Real => "double precision",
        ColumnType.Text => "text",
        ColumnType.Blob or ColumnType.Uuid => "blob",
        ColumnType.Longs => "blob",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
