namespace DatacenterOst.Fhir.Queries;

public sealed partial record SearchQuery
{
    /// <summary>The most steps of a chain or a nested <c>_has</c>; each may multiply what must be looked at.</summary>
    public const int MaxChainDepth = 5;

    /// <summary>The most combinations of types that a chain may lead through where it does not name them.</summary>
    public const int MaxChainLinks = 1_000;

    /// <summary>The most values of one parameter, with commas between them.</summary>
    public const int MaxAlternatives = 200;

    /// <summary>The most conditions of a search.</summary>
    public const int MaxCriteria = 50;

    /// <summary>The most <c>_include</c> and <c>_revinclude</c> of a search, and the most keys of its <c>_sort</c>.</summary>
    public const int MaxInclusions = 50;

    /// <summary>Reads the parameters of a search.</summary>
    /// <param name="types">The type that is searched; all of them (or several) at system level, where <c>_type</c> chooses among them.</param>
    /// <param name="parameters">Names and values, decoded, in order; a name may come more than once.</param>
    /// <param name="known">The search parameters there are.</param>
    /// <param name="time">The clock for approximate dates (<c>ap</c>); the system's where null.</param>
    /// <param name="ownBase">The server's own base address; absolute references below it are read as relative ones.</param>
    /// <exception cref="SearchException">A value or modifier that cannot be what was meant, or more than a limit allows.</exception>
    public static SearchQuery Parse(
        IReadOnlyList<string> types, IEnumerable<KeyValuePair<string, string>> parameters, SearchParameters known, TimeProvider? time = null, string? ownBase = null)
    {
        ArgumentNullException.ThrowIfNull(types);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(known);
        if (types.Count == 0) throw new ArgumentException("A search has at least one type.", nameof(types));
        var given = parameters.ToList();
        var query = new SearchQuery { Types = ResultParameters.Types(types, given) };
        var results = new ResultParameters(query.Types, known);
        var criteria = new List<Criterion>();
        var ignored = new List<IgnoredParameter>();
        var now = (time ?? TimeProvider.System).GetUtcNow();
        foreach (var (name, value) in given)
        {
            // No resource has such text, and databases refuse it.
            if (!IsText(name) || !IsText(value)) throw new SearchException("The query is not valid text; percent-encode UTF-8, without %00", IsText(name) ? name : "");
            if (results.Read(ref query, name, value, ignored)) continue;
            var reading = new CriterionReading(known, name, now, ownBase?.TrimEnd('/')).Read(query.Types, name, value, 0);
            if (reading.Criterion is { } criterion) criteria.Add(criterion);
            else ignored.Add(new IgnoredParameter(name, reading.Ignored!));
            if (criteria.Count > MaxCriteria) throw new SearchException($"There are more than {MaxCriteria} conditions; search in several requests", name);
        }
        return query with { Criteria = criteria, Ignored = ignored };
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i])) return false;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i]))) return false;
        }
        return true;
    }

    /// <summary>
    /// The same search within a compartment (FHIR R4, 3.2.1): resources of these types that belong to the owner. Types that the
    /// compartment does not hold are left out of the search.
    /// </summary>
    /// <exception cref="SearchException">No type of the search belongs to such a compartment.</exception>
    public SearchQuery InCompartment(string ownerType, string ownerId, SearchParameters known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var compartment = FhirDefinitions.Compartments.FirstOrDefault(c => c.Name == ownerType)
            ?? throw new SearchException($"There is no compartment of {ownerType}; there are those of {string.Join(", ", FhirDefinitions.Compartments.Select(c => c.Name))}", ownerType);
        var conditions = new List<CompartmentCriterion>();
        foreach (var type in Types)
        {
            var by = (compartment.Parameters.GetValueOrDefault(type) ?? []).Select(code => known.Find(type, code)).OfType<SearchParameter>().ToList();
            if (by.Count > 0 || type == ownerType) conditions.Add(new CompartmentCriterion(ownerType, ownerId, type, type == ownerType ? [] : by));
        }
        if (conditions.Count == 0) throw new SearchException($"{string.Join(", ", Types)} is not part of the compartment of {ownerType}; search it by itself", ownerType);
        return this with { Types = [.. conditions.Select(c => c.Type)], Criteria = [.. conditions, .. Criteria] };
    }
}
