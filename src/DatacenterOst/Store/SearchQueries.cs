using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>FHIR search prefixes (R4 search, 3.1.1.4.5).</summary>
public enum DatePrefix
{
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
    Sa,
    Eb,
    Ap,
}

/// <summary>One date condition: the interval that was written, Low ≤ t &lt; High, and how a date is compared with it.</summary>
public sealed record DateFilter(DatePrefix Prefix, DateTimeOffset Low, DateTimeOffset High)
{
    /// <summary>Whether an instant satisfies it. Around the interval of <c>ap</c> a tenth of the distance from now is allowed, as R4 suggests.</summary>
    public bool Allows(DateTimeOffset instant, DateTimeOffset now) => Allows(instant, instant.AddTicks(1), now);

    /// <summary>Whether the interval from <paramref name="from"/> to before <paramref name="to"/> satisfies it.</summary>
    public bool Allows(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now) => Prefix switch
    {
        DatePrefix.Eq => from >= Low && to <= High,
        DatePrefix.Ne => from < Low || to > High,
        DatePrefix.Gt => to > High,
        DatePrefix.Lt => from < Low,
        DatePrefix.Ge => from >= Low || to > High,
        DatePrefix.Le => to <= High || from < Low,
        DatePrefix.Sa => from >= High,
        DatePrefix.Eb => to <= Low,
        DatePrefix.Ap => Overlaps(from, to, (now - Low).Duration() / 10),
        _ => throw new ArgumentOutOfRangeException(nameof(now)),
    };

    private bool Overlaps(DateTimeOffset from, DateTimeOffset to, TimeSpan about) => from < High + about && to > Low - about;
}

/// <summary>A token: <c>system|value</c>; a null system means any, an empty one none; a null value means every code of the system.</summary>
public sealed record Token(string? System, string? Value);

/// <summary>Patients. Conditions are all to be met; of a list of alternatives one.</summary>
/// <param name="Ids">Empty: any.</param>
/// <param name="Names">Beginnings of a part of the name, without regard to case and diacritics; each must be met.</param>
/// <param name="Cursor">Next of the page before; null for the first page.</param>
public sealed record PatientQuery(
    IReadOnlyList<string> Ids, IReadOnlyList<Token> Identifiers, IReadOnlyList<string> Names,
    IReadOnlyList<DateFilter> BirthDates, int Count, string? Cursor)
{
    /// <summary>The most rows of one page.</summary>
    public const int MaxCount = 1_000;
}

/// <summary>A patient found, and the Patient resource where one was received.</summary>
public sealed record PatientRow(PatientRecord Record, StoredResource? Resource);

/// <summary>A page of rows.</summary>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Total">All rows of the search; null where that was not counted.</param>
public sealed record Page<T>(IReadOnlyList<T> Rows, string? Next, int? Total);

public enum DateOrder
{
    OldestFirst,
    NewestFirst,
}

/// <summary>Observations of one patient.</summary>
/// <param name="Codes">Alternatives; empty: any. They match the canonical code and the code that the source wrote.</param>
/// <param name="Dates">Each must be met.</param>
/// <param name="Cursor">Next of the page before; null for the first page.</param>
public sealed record ObservationQuery(
    PatientId Patient, IReadOnlyList<Token> Codes, IReadOnlyList<DateFilter> Dates, DateOrder Order, int Count, string? Cursor)
{
    /// <summary>The most rows of one page.</summary>
    public const int MaxCount = 1_000;
}

/// <summary>
/// An Observation found: the resource as it was received, or, where the result came by another way (HL7 v2, CSV), the
/// fact that an Observation can be made of.
/// </summary>
/// <param name="Id">Logical id; that of a fact without a resource can be read with <see cref="ObservationSearch.Read"/>.</param>
/// <param name="Facts">Empty where no fact could be taken from the resource.</param>
public sealed record ObservationRow(
    string Id, DateTimeOffset ObservedAt, DateTimeOffset StoredAt, StoredResource? Resource, IReadOnlyList<Fact> Facts);
