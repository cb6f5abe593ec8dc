namespace DatacenterOst.Fhir.Queries;

/// <summary>A condition, or the reason why it is left out of the search.</summary>
internal readonly record struct Reading(Criterion? Criterion, string? Ignored)
{
    public static Reading Of(Criterion criterion) => new(criterion, null);

    public static Reading Ignore(string reason) => new(null, reason);
}

/// <summary>Reads one parameter of a query that filters: its name with modifiers and chains, and its values.</summary>
internal sealed class CriterionReading(SearchParameters known, string name, DateTimeOffset now, string? ownBase)
{
    private readonly OperandReading operands = new(name, now, ownBase);
    private int links;

    /// <param name="types">The types that the condition is for.</param>
    /// <param name="rest">The name, or what is left of it behind a chain.</param>
    public Reading Read(IReadOnlyList<string> types, string rest, string value, int depth)
    {
        if (depth > SearchQuery.MaxChainDepth) throw Wrong($"The chain is longer than {SearchQuery.MaxChainDepth} steps; search in two requests");
        if (rest.StartsWith("_has:", StringComparison.Ordinal)) return Has(types, rest, value, depth);
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        var head = dot < 0 ? rest : rest[..dot];
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var (code, modifier) = colon < 0 ? (head, null) : (head[..colon], head[(colon + 1)..]);
        if (dot >= 0) return Chain(types, code, modifier, rest[(dot + 1)..], value, depth);
        if (Others(code, modifier, value) is { } other) return other;
        return Find(types, code, out var ignored) is { } parameter ? Filter(types, parameter, modifier, value) : Reading.Ignore(ignored);
    }

    private Reading Filter(IReadOnlyList<string> types, SearchParameter parameter, string? word, string value)
    {
        if (parameter is { Type: SearchType.Special, Code: "near" } && types is ["Location"]) return Near(word, value);
        if (parameter.Type == SearchType.Special || parameter.Expression.Length == 0) return Reading.Ignore($"'{parameter.Code}' is not supported; leave it out, or search by another parameter");
        var modifier = Modifiers.Read(parameter, word, name);
        if (modifier.IsMissing) return Reading.Of(new MissingCriterion(parameter, Truth(value)));
        if (modifier is { Modifier: SearchModifier.Above or SearchModifier.Below } && parameter.Type == SearchType.Reference)
            return Reading.Ignore($"Hierarchies of {parameter.Code} are not followed; name the resources, or chain by '{parameter.Code}.…'");
        if (modifier.Type is { } type) CheckTarget(types, parameter, type);
        var alternatives = Alternatives(value);
        if (alternatives.Count == 0) return Reading.Ignore("It has no value; give one, or use :missing");
        if (word is null && parameter.Code == "_id") return Reading.Of(new IdCriterion(alternatives.ConvertAll(QueryText.Unescape)));
        var anyOf = alternatives.ConvertAll(a => operands.Read(parameter, modifier.Modifier, modifier.Type, a));
        if (word is null && parameter.Code == "_lastUpdated") return Reading.Of(new LastUpdatedCriterion([.. anyOf.Cast<DateOperand>()]));
        return Reading.Of(new ValueCriterion(parameter, modifier.Modifier, anyOf));
    }

    private Reading Near(string? word, string value)
    {
        if (word is not null) throw Wrong($"'near' has no modifiers; leave ':{word}' out");
        var places = Alternatives(value).ConvertAll(place => NearCriterion.Read(name, place));
        return places.Count == 0 ? Reading.Ignore("It has no value; give latitude|longitude|distance|units") : Reading.Of(new NearCriterion(places));
    }

    // Conditions of every resource that HL7's definitions give no expression.
    private Reading? Others(string code, string? modifier, string value)
    {
        if (code is not ("_list" or "_text" or "_content" or "_filter" or "_query")) return null;
        if (code is "_filter" or "_query") return Reading.Ignore($"'{code}' is not supported; write the conditions as parameters of their own");
        if (modifier is not null) throw Wrong($"'{code}' has no modifiers; leave ':{modifier}' out");
        var alternatives = Alternatives(value).ConvertAll(QueryText.Unescape);
        if (alternatives.Count == 0) return Reading.Ignore("It has no value; give one");
        if (code == "_list") return Reading.Of(new ListCriterion(alternatives.ConvertAll(ListId)));
        var words = alternatives.ConvertAll(a => WordsCriterion.WordsOf(a));
        return words.TrueForAll(w => w.Count > 0) ? Reading.Of(new WordsCriterion(code == "_text" ? WordsIn.Narrative : WordsIn.Content, words)) : throw Wrong("There is no word to look for");
    }

    // The standard's functional lists ($current-problems and the like, 3.1.1.4.16) are not kept here.
    private string ListId(string id) => id.StartsWith('$') ? throw Wrong($"The list '{id}' is not kept here; give the id of a List resource") : id.StartsWith("List/", StringComparison.Ordinal) ? id[5..] : id;

    private Reading Chain(IReadOnlyList<string> types, string code, string? modifier, string rest, string value, int depth)
    {
        if (Find(types, code, out var ignored) is not { } reference) return Reading.Ignore(ignored);
        if (reference.Type != SearchType.Reference) throw Wrong($"'{code}' is a {Modifiers.Word(reference.Type)} and leads to no other resource; a chain goes along references");
        if (modifier is not null && !FhirDefinitions.IsResourceType(modifier)) throw Wrong($"':{modifier}' in a chain must be a resource type; did you mean {QueryText.Nearest(modifier, FhirDefinitions.ResourceTypes)}?");
        if (modifier is not null) CheckTarget(types, reference, modifier);
        var targets = modifier is not null ? [modifier] : Targets(types, reference);
        return Links(reference, targets, rest, value, depth);
    }

    // The rest may mean something for some of the types only; it is an error, or ignored, where it does for none.
    private Reading Links(SearchParameter reference, IReadOnlyList<string> targets, string rest, string value, int depth)
    {
        var found = new List<ChainLink>();
        string? ignored = null;
        SearchException? wrong = null;
        foreach (var target in targets)
        {
            if (++links > SearchQuery.MaxChainLinks) throw Wrong($"The chain leads to more than {SearchQuery.MaxChainLinks} combinations of types; name the types, such as '{reference.Code}:{target}.{rest}'");
            try
            {
                var inner = Read([target], rest, value, depth + 1);
                if (inner.Criterion is { } criterion) found.Add(new ChainLink(target, criterion));
                else ignored ??= inner.Ignored;
            }
            catch (SearchException e) when (targets.Count > 1 && links <= SearchQuery.MaxChainLinks)
            {
                wrong ??= e;
            }
        }
        if (found.Count > 0) return Reading.Of(new ChainCriterion(reference, found));
        return wrong is null ? Reading.Ignore(ignored ?? $"'{reference.Code}' leads to no resource with '{rest}'") : throw wrong;
    }

    private Reading Has(IReadOnlyList<string> types, string rest, string value, int depth)
    {
        var parts = rest.Split(':', 4);
        if (parts.Length < 4 || parts.Contains("")) throw Wrong("'_has' is written _has:Type:reference:parameter, such as _has:Observation:patient:code");
        var (type, code) = (parts[1], parts[2]);
        if (!FhirDefinitions.IsResourceType(type)) throw Wrong($"'{type}' is not a resource type of FHIR R4; did you mean {QueryText.Nearest(type, FhirDefinitions.ResourceTypes)}?");
        if (Find([type], code, out var ignored) is not { } reference) return Reading.Ignore(ignored);
        if (reference.Type != SearchType.Reference) throw Wrong($"'{code}' of {type} is a {Modifiers.Word(reference.Type)}; '_has' needs a reference");
        if (types.Count == 1) CheckTarget([type], reference, types[0]);
        else if (types.Except(Targets([type], reference)).FirstOrDefault() is { } other) return Reading.Ignore($"'{code}' of {type} does not refer to every type that is searched ({other}); name the types with _type, or search one type");
        var inner = Read([type], parts[3], value, depth + 1);
        return inner.Criterion is { } criterion ? Reading.Of(new HasCriterion(type, reference, criterion)) : inner;
    }

    private SearchParameter? Find(IReadOnlyList<string> types, string code, out string ignored)
    {
        ignored = "";
        var first = known.Find(types[0], code);
        foreach (var type in types)
        {
            if (known.Find(type, code) is not { } found)
            {
                ignored = types.Count == 1 ? $"{type} has no search parameter '{code}'; near it are {QueryText.Nearest(code, known.Of(type).Select(p => p.Code))}"
                    : $"'{code}' is not a search parameter of every type that is searched ({type} has none); name the types with _type, or search one type";
                return null;
            }
            if (found.Type == first!.Type && found.Components.Count == first.Components.Count) continue;
            ignored = $"'{code}' is a {Modifiers.Word(first.Type)} of {types[0]} and a {Modifiers.Word(found.Type)} of {type}; search one type";
            return null;
        }
        return first;
    }

    private IReadOnlyList<string> Targets(IReadOnlyList<string> types, SearchParameter reference)
    {
        var targets = types.SelectMany(t => known.TargetsOf(t, known.Find(t, reference.Code) ?? reference)).Distinct(StringComparer.Ordinal).Where(FhirDefinitions.IsResourceType).ToList();
        return targets.Count > 0 ? targets : FhirDefinitions.ResourceTypes;
    }

    private void CheckTarget(IReadOnlyList<string> types, SearchParameter reference, string target)
    {
        var targets = Targets(types, reference);
        if (!targets.Contains(target)) throw Wrong($"'{reference.Code}' of {types[0]} does not refer to {target}, but to {string.Join(", ", targets)}");
    }

    private List<string> Alternatives(string value)
    {
        var all = QueryText.Split(value, ',', SearchQuery.MaxAlternatives);
        return all.Count <= SearchQuery.MaxAlternatives ? all.FindAll(a => !string.IsNullOrWhiteSpace(a))
            : throw Wrong($"There are more than {SearchQuery.MaxAlternatives} values with commas; search in several requests");
    }

    private bool Truth(string value) => value switch { "true" => true, "false" => false, _ => throw Wrong($"':missing' is true or false, not '{value}'") };

    private SearchException Wrong(string message) => new(message, name);
}
