using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>A clause of SQL about a resource <c>r</c>.</summary>
/// <param name="IsExact">False where it lets more through than the criterion, so that the resource itself must be looked at.</param>
internal readonly record struct Clause(string Sql, bool IsExact)
{
    /// <summary>The index knows nothing of it.</summary>
    public static readonly Clause Anything = new("1 = 1", false);
}

/// <summary>From a criterion to its clause.</summary>
internal static class Clauses
{
    public static Clause Of(string type, Criterion criterion, SearchStatement statement) => criterion switch
    {
        ValueCriterion value => OfValue(type, value, statement),
        IdCriterion ids => OfIds(ids, statement.Types, statement),
        // The store gives every resource its id and the time of its version.
        MissingCriterion { Parameter.Code: "_id" or "_lastUpdated" } missing => new Clause(missing.IsMissing ? "1 = 0" : "1 = 1", true),
        LastUpdatedCriterion updated => new Clause(Any(updated.AnyOf.Select(date => DateClauses.Of("r.stored_at", "r.stored_at + 1", date, statement))), true),
        CompartmentCriterion compartment => OfCompartment(compartment, statement),
        PatientsCriterion patients => new Clause(patients.Where(statement), true),
        ReferredCriterion referred => HasAny(statement, referred.Terms),
        ItemsCriterion items => OfItems(items, statement),
        PerTypeCriterion several => OfEach(several, statement),
        _ => Clause.Anything,
    };

    // Whose they are is asked apart from the resource: a question that named the resource's own type would be asked for each of them.
    private static Clause OfIds(IdCriterion criterion, IReadOnlyList<string> types, SearchStatement statement)
    {
        var ids = statement.Name(statement.Dialect.TextList([.. criterion.Ids.Select(Sql.Storable)]));
        var whose = $"select l.patient_key from resource_location l where l.type in ({string.Join(", ", types.Select(ResourceTypes.Find))}) and {statement.Dialect.IsIn("l.id", ids)}";
        return new Clause($"{statement.Dialect.IsIn("r.id", ids)} and {statement.Dialect.AnyOf("r.patient_key", whose)}", true);
    }

    private static Clause OfItems(ItemsCriterion criterion, SearchStatement statement)
    {
        var types = criterion.Items.GroupBy(item => item.Type).Select(items =>
            $"r.type = {ResourceTypes.Find(items.Key)} and {OfIds(new IdCriterion([.. items.Select(item => item.Id)]), [items.Key], statement).Sql}").ToList();
        return new Clause(types.Count == 0 ? "1 = 0" : Any(types), true);
    }

    private static Clause OfEach(PerTypeCriterion criterion, SearchStatement statement)
    {
        var clauses = criterion.Each.Select(one => (one.Types, Clause: Of(one.Types[0], one.Criterion, statement))).ToList();
        return new Clause(
            Any(clauses.Select(one => $"r.type in ({string.Join(", ", one.Types.Select(ResourceTypes.Find))}) and {one.Clause.Sql}")),
            clauses.TrueForAll(one => one.Clause.IsExact));
    }

    /// <summary>
    /// One for each type; a resource meets that of its own. Most types name the owner alike and are looked up together: each look-up
    /// of a term also goes through what the index has not yet sorted in.
    /// </summary>
    public static string OfCompartments(IEnumerable<CompartmentCriterion> compartments, SearchStatement statement) => Any(compartments
        .GroupBy(one => string.Join(' ', TermsOf(one, statement.Known).Order()))
        .Select(alike => $"r.type in ({string.Join(", ", alike.Select(one => ResourceTypes.Find(one.Type)))}) and {OfCompartment(alike.First(), statement).Sql}"));

    private static Clause OfCompartment(CompartmentCriterion criterion, SearchStatement statement) => criterion.By.Count == 0
        ? OfIds(new IdCriterion([criterion.OwnerId]), [criterion.Type], statement)
        : HasAny(statement, TermsOf(criterion, statement.Known));

    private static List<long> TermsOf(CompartmentCriterion criterion, SearchParameters known) =>
        [.. criterion.By.SelectMany(parameter => TermClauses.Kept(criterion.Type, parameter, known))
            .Select(parameter => Terms.Reference(parameter, criterion.OwnerType, criterion.OwnerId)).Distinct()];

    private static Clause OfValue(string type, ValueCriterion criterion, SearchStatement statement) => criterion.Parameter.Type switch
    {
        SearchType.Token or SearchType.Reference or SearchType.Uri => TermClauses.Of(type, criterion, statement),
        SearchType.String => TextClauses.Of(type, criterion, statement),
        SearchType.Date => DateClauses.Of(type, criterion, statement),
        SearchType.Number or SearchType.Quantity => NumberClauses.Of(type, criterion, statement),
        SearchType.Composite => OfComposite(type, criterion, statement),
        _ => Clause.Anything,
    };

    // Each part must be met somewhere in the resource; that they are met together is seen in the resource.
    private static Clause OfComposite(string type, ValueCriterion criterion, SearchStatement statement)
    {
        var alternatives = criterion.AnyOf.OfType<CompositeOperand>().Select(operand => string.Join(" and ", operand.Parts.Select((part, place) =>
            criterion.Parameter.Components.Count > place && statement.Known.Find(type, criterion.Parameter.Components[place].Parameter.Code) is { } component
                ? OfValue(type, new ValueCriterion(component, SearchModifier.None, [part]), statement).Sql
                : Clause.Anything.Sql)));
        return new Clause(Any(alternatives), false);
    }

    public static Clause HasAny(SearchStatement statement, IReadOnlyCollection<long> terms) => terms.Count == 0
        ? new Clause("1 = 0", true)
        : new Clause(statement.Dialect.HasTerm(statement.Name(statement.Dialect.LongList(terms)), statement.Patient), true);

    /// <summary>As <see cref="HasAny"/>, of terms that few resources have.</summary>
    public static Clause HasRare(SearchStatement statement, IReadOnlyCollection<long> terms) => terms.Count == 0
        ? HasAny(statement, terms)
        : new Clause(statement.Dialect.HasRareTerm(statement.Name(statement.Dialect.LongList(terms))), true);

    public static string Any(IEnumerable<string> alternatives) => $"({string.Join(" or ", alternatives.Select(one => $"({one})"))})";

    /// <summary>A condition on rows of a table of ranges or texts, as one on the resource that they belong to.</summary>
    public static string Among(string table, string condition, SearchStatement statement) => statement.Patient is { } patient
        ? $"r.stored_at in (select x.stored_at from {table} x where x.patient_key = {patient} and {condition})"
        : $"(r.patient_key, r.stored_at) in (select x.patient_key, x.stored_at from {table} x where {condition})";
}

/// <summary>The resource is one of these patients' (a chain through the patient, worked out by its own search).</summary>
internal sealed record PatientsCriterion(Func<SearchStatement, string> Where) : Criterion
{
    /// <summary>The keys, where they are few; else empty.</summary>
    public IReadOnlyList<long> Keys { get; init; } = [];

    public static PatientsCriterion Of(IReadOnlyList<long> keys) =>
        new(statement => statement.Dialect.IsIn("r.patient_key", statement.Name(statement.Dialect.LongList(keys)))) { Keys = keys };
}

/// <summary>The resource refers to one of those that a chain led to.</summary>
internal sealed record ReferredCriterion(IReadOnlyList<long> Terms) : Criterion;

/// <summary>The resource is one of these (<c>_list</c>).</summary>
internal sealed record ItemsCriterion(IReadOnlyList<(string Type, string Id)> Items) : Criterion;

/// <summary>
/// A condition of a search of several types that is looked up in another way for some of them: one name may be kept under
/// different ones (patient as subject), in the row or beside it, and leads to what refers to that type.
/// </summary>
/// <param name="Whole">The condition as it was asked; it decides about a resource where the clauses do not.</param>
internal sealed record PerTypeCriterion(Criterion Whole, IReadOnlyList<(IReadOnlyList<string> Types, Criterion Criterion)> Each) : Criterion;
