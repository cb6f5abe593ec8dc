namespace DatacenterOst.Fhir.Queries;

/// <summary>A FHIR search as it was asked, parsed and checked (FHIR R4, 3.1.1). Holds no state and knows no store.</summary>
public sealed partial record SearchQuery
{
    /// <summary>The resource types that are searched: one at type level, those of <c>_type</c> or all at system level.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>All of them must be met.</summary>
    public IReadOnlyList<Criterion> Criteria { get; init; } = [];

    /// <summary><c>_include</c> and <c>_revinclude</c>, in the order asked.</summary>
    public IReadOnlyList<Inclusion> Inclusions { get; init; } = [];

    /// <summary><c>_sort</c>; empty for the server's own order.</summary>
    public IReadOnlyList<SortKey> Sort { get; init; } = [];

    /// <summary><c>_count</c>; null where it was not asked, 0 for the total alone.</summary>
    public int? Count { get; init; }

    /// <summary>The server's own <c>_cursor</c>, from the next link of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary><c>_total</c>; null where it was not asked.</summary>
    public TotalMode? Total { get; init; }

    /// <summary><c>_summary</c>.</summary>
    public SummaryMode Summary { get; init; }

    /// <summary><c>_elements</c>; empty for all.</summary>
    public IReadOnlyList<string> Elements { get; init; } = [];

    /// <summary><c>_asOf</c>: the record as it was known at that instant; null for the record as it is.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>What was asked and is not taken into account, with the reason; an error under <c>handling=strict</c>.</summary>
    public IReadOnlyList<IgnoredParameter> Ignored { get; init; } = [];
}

/// <summary>A parameter that was left out of the search, as it was written, and why, with what to ask instead.</summary>
public sealed record IgnoredParameter(string Name, string Reason);

/// <summary>One key of <c>_sort</c>: a search parameter of the type, <c>_id</c> and <c>_lastUpdated</c> among them.</summary>
public sealed record SortKey(SearchParameter Parameter, SortDirection Direction);

/// <summary>The direction of a sort key.</summary>
public enum SortDirection
{
    /// <summary>Smallest first.</summary>
    Ascending,

    /// <summary>Largest first, written with a minus.</summary>
    Descending,
}

/// <summary>
/// <c>_include=Source:parameter:Target</c> brings what the matches refer to, <c>_revinclude</c> what refers to the matches.
/// </summary>
/// <param name="Source">The type that holds the reference; null for <c>_include=*</c>.</param>
/// <param name="Parameter">The reference parameter; null for all of them (<c>Source:*</c>).</param>
/// <param name="Target">The type referred to; null for any.</param>
public sealed record Inclusion(InclusionKind Kind, string? Source, SearchParameter? Parameter, string? Target)
{
    /// <summary>True with <c>:iterate</c>: also for resources that were included themselves.</summary>
    public bool Iterates { get; init; }
}

/// <summary>Which way a reference is followed.</summary>
public enum InclusionKind
{
    /// <summary>From a match to what it refers to.</summary>
    Forward,

    /// <summary>From a match to what refers to it.</summary>
    Reverse,
}

/// <summary>Values of <c>_total</c>.</summary>
public enum TotalMode
{
    /// <summary>No total is wanted.</summary>
    None,

    /// <summary>A rough number will do.</summary>
    Estimate,

    /// <summary>The exact number.</summary>
    Accurate,
}

/// <summary>Values of <c>_summary</c>.</summary>
public enum SummaryMode
{
    /// <summary>Whole resources.</summary>
    False,

    /// <summary>Elements that the specification marks as summary.</summary>
    True,

    /// <summary>Narrative, id, meta and mandatory elements.</summary>
    Text,

    /// <summary>All but the narrative.</summary>
    Data,

    /// <summary>The number of matches alone.</summary>
    Count,
}
