using System.Data.Common;
using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// The SQL of a search: whole clauses, one for each criterion, and their parameters. Clauses that let too much through are
/// noted, and the resources themselves decide about those.
/// </summary>
internal sealed class SearchStatement
{
    private readonly List<(string Name, object Value)> parameters;
    private readonly List<string> conditions = [];

    public SearchStatement(IStoreDialect dialect, SearchParameters known) => (Dialect, Known, parameters) = (dialect, known, []);

    /// <summary>A part of another statement: conditions of its own, parameters in common.</summary>
    public SearchStatement(SearchStatement whole) => (Dialect, Known, parameters) = (whole.Dialect, whole.Known, whole.parameters);

    public IStoreDialect Dialect { get; }

    public SearchParameters Known { get; }

    /// <summary>Criteria that the clauses do not wholly express.</summary>
    public List<Criterion> Open { get; } = [];

    /// <summary>Parameter of the one patient whose resources are looked at; null for all.</summary>
    public string? Patient { get; private set; }

    /// <summary>Types of the resources that are looked at.</summary>
    public IReadOnlyList<string> Types { get; private set; } = [];

    public string Where => string.Join("\nand ", conditions);

    public void Add(string condition) => conditions.Add(condition);

    /// <summary>Gives a value a name of its own.</summary>
    public string Name(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count}");
        parameters.Add((name, value));
        return name;
    }

    public void OfPatient(PatientId patient)
    {
        Patient = Name(patient.Value);
        Add($"r.patient_key = {Patient}");
    }

    /// <summary>The types of the resources; their condition too, unless each of the conditions that follow names its own.</summary>
    public void OfTypes(IReadOnlyList<string> types, bool isSaidByEach)
    {
        Types = types;
        if (isSaidByEach) return;
        Add(types.Count == 1
            ? $"r.type = {Name(ResourceTypes.Find(types[0]))}"
            : $"r.type in ({string.Join(", ", types.Select(ResourceTypes.Find))})");
    }

    /// <summary>Only versions that were current at the moment that the search looks at.</summary>
    public void AsSeen(SearchView view)
    {
        Add("r.deleted = 0");
        if (view.Known is { } asOf)
        {
            var at = Name(Instants.Micros(asOf));
            var stored = Name(Instants.Micros(view.Stored ?? DateTimeOffset.MaxValue));
            Add($"""
                r.known_at <= {at} and r.stored_at <= {stored}
                and not exists (select 1 from resource n where n.patient_key = r.patient_key and n.type = r.type and n.id = r.id
                    and n.version > r.version and n.known_at <= {at} and n.stored_at <= {stored})
                """);
        }
        else if (view.Stored is { } seen)
        {
            var stored = Name(Instants.Micros(seen));
            Add($"r.stored_at <= {stored} and r.replaced_at > {stored}");
        }
        else
        {
            Add($"r.replaced_at = {Name(ResourceRows.NotReplaced)}");
        }
    }

    public void Fill(DbCommand command)
    {
        foreach (var (name, value) in parameters)
        {
            command.With(name, value);
        }
    }
}

/// <summary>The moment that a search looks at.</summary>
/// <param name="Known">The record as it was known then (<c>_asOf</c>); null for the record as it is.</param>
/// <param name="Stored">The store as it was for the first page; null on the first page.</param>
internal sealed record SearchView(DateTimeOffset? Known, DateTimeOffset? Stored);
