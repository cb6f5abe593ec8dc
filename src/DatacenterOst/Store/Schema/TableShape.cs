namespace DatacenterOst.Store.Schema;

public enum ColumnType
{
    Long,
    Int,
    Short,
    Real,
    Text,
    Blob,

    /// <summary>A key of 128 bits: in PostgreSQL a uuid, which takes eight bytes less in each entry of an index than bytes of any length; in SQLite 16 bytes.</summary>
    Uuid,

    /// <summary>A list of longs: an array in PostgreSQL; SQLite keeps it in a table beside.</summary>
    Longs,
}

public sealed record ColumnShape(string Name, ColumnType Type, bool IsNullable);

/// <summary>A table as declared: the migrations must have made exactly this on both stores (a test reads the real schema).</summary>
/// <param name="WithoutPatientBecause">
/// Empty for patient data, whose keys all begin with the patient key; for a reference table the reason why it may do
/// without. Citus distributes the former by patient and copies the latter to every node.
/// </param>
public sealed record TableShape(string Name, string WithoutPatientBecause, IReadOnlyList<ColumnShape> Columns, IReadOnlyList<string> Key)
{
    public const string PatientKey = "patient_key";

    public bool IsPatientData => WithoutPatientBecause.Length == 0;

    /// <param name="columns">One <c>name type</c> each, separated by commas; a question mark after the type allows null.</param>
    internal static TableShape Of(string name, string withoutPatientBecause, string columns, string key) => new(
        name,
        withoutPatientBecause,
        [.. Parts(columns).Select(Column)],
        [.. Parts(key)]);

    private static ColumnShape Column(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var nullable = parts[1].EndsWith('?');
        return new ColumnShape(parts[0], Enum.Parse<ColumnType>(parts[1].TrimEnd('?'), ignoreCase: true), nullable);
    }

    private static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
