using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// The codes of <c>:in</c>, <c>:not-in</c>, <c>:above</c> and <c>:below</c> by the ValueSet and CodeSystem resources that are stored, as
/// they are now, whatever instant the search is about. What cannot be listed in full is refused with what is in the way.
/// </summary>
internal sealed class StoredCodes(Matches matches)
{
    /// <summary>Definitions that one condition may lead through.</summary>
    private const int MaxDefinitions = 100;

    /// <summary>Codes that one condition may stand for.</summary>
    private const int MaxCodes = 10_000;

    /// <summary>Filters that are understood, all of them by the property concept (FHIR R4 valueset-filter-operator).</summary>
    private static readonly string[] Filters = ["is-a", "is-not-a", "descendent-of"];

    /// <summary>The condition with its codes.</summary>
    /// <exception cref="Problem">Invalid where a definition is not here or cannot be listed; TooCostly where it is too large.</exception>
    public async Task<ValueCriterion> List(ValueCriterion criterion, CancellationToken cancellationToken)
    {
        var where = criterion.Parameter.Code;
        var definitions = new Dictionary<(string Type, string Url), Resource>();
        var waiting = new Queue<(string Type, string Url)>(criterion.NotOfHl7.Select(KeyOf));
        while (waiting.TryDequeue(out var key))
        {
            if (definitions.ContainsKey(key))
            {
                continue;
            }

            if (definitions.Count == MaxDefinitions)
            {
                throw new Problem(ProblemKind.TooCostly, $"'{key.Url}' and what it is made of are more than {MaxDefinitions} definitions; list the codes with commas", where: where);
            }

            var definition = await Find(key.Type, key.Url, where, cancellationToken);
            definitions.Add(key, definition);
            foreach (var needed in key.Type == "ValueSet" ? Parts(definition, key.Url, where) : [])
            {
                waiting.Enqueue(needed);
            }
        }

        return Listed(criterion, ProfileLibrary.Of(definitions.Values), where);
    }

    private static (string Type, string Url) KeyOf(Operand operand) => operand switch
    {
        ValueSetOperand set => ("ValueSet", set.Url),
        TokenOperand token => ("CodeSystem", token.System!),
        _ => throw new InvalidOperationException($"{operand.GetType().Name} names no definition."),
    };

    private static ValueCriterion Listed(ValueCriterion criterion, ProfileLibrary library, string where)
    {
        foreach (var asked in criterion.AnyOf.OfType<TokenOperand>())
        {
            if (library.HasCode(asked.System!, asked.Code!) == false)
            {
                throw new Problem(ProblemKind.Invalid, $"{asked.System} has no code '{asked.Code}'", where: where);
            }
        }

        var listed = criterion.WithCodesListed(library)
            ?? throw new Problem(ProblemKind.Invalid, "a value set has codes of a system that is not known here; list the codes with commas", where: where);
        return listed.AnyOf.Count <= MaxCodes
            ? listed
            : throw new Problem(ProblemKind.TooCostly, $"the condition stands for more than {MaxCodes} codes; ask for a smaller value set or a lower branch", where: where);
    }

    private async Task<Resource> Find(string type, string url, string where, CancellationToken cancellationToken)
    {
        var (plain, version) = url.Split('|', 2) is [var address, var asked] ? (address, asked) : (url, null);
        var parameter = matches.Known.Find(type, "url") ?? throw new InvalidOperationException($"{type} has no search parameter url.");
        var query = new ResolvedQuery([type], [new ValueCriterion(parameter, SearchModifier.None, [new UriOperand(plain)])], null, []);
        var stored = await matches.Definitions.All(
            query, MaxDefinitions, () => new Problem(ProblemKind.TooCostly, $"more than {MaxDefinitions} resources say that they are '{plain}'", where: where), cancellationToken);

        // The newest of those in use, else the newest.
        var found = stored.Select(one => Resource.ParseJson(one.Body))
            .Where(one => version is null || one.Root["version"].AsString() == version)
            .OrderBy(one => one.Root["status"].AsString() == "active" ? 0 : 1).FirstOrDefault()
            ?? throw new Problem(ProblemKind.Invalid, $"the {(type == "ValueSet" ? "value set" : "code system")} '{url}' is not stored here, and HL7's definitions do not have it with all its codes; store it, or list the codes with commas", where: where);
        if (type == "CodeSystem")
        {
            RequireHierarchy(found, url, where);
        }

        return found;
    }

    private static void RequireHierarchy(Resource codeSystem, string url, string where)
    {
        if (codeSystem.Root["content"].AsString() is var content && content != "complete")
        {
            throw new Problem(ProblemKind.Invalid, $"of the code system '{url}' only a part is stored (content: {content}); list the codes with commas", where: where);
        }

        if (codeSystem.Root["hierarchyMeaning"].AsString() is { } meaning and not "is-a")
        {
            throw new Problem(ProblemKind.Invalid, $"in the code system '{url}' what stands below a code is not a kind of it (hierarchyMeaning: {meaning}); list the codes with commas", where: where);
        }
    }

    // What a value set is made of beside what HL7 defines.
    private static IEnumerable<(string Type, string Url)> Parts(Resource valueSet, string url, string where)
    {
        var compose = valueSet.Root["compose"];
        foreach (var part in compose.Children("include").ToList().Concat(compose.Children("exclude").ToList()))
        {
            foreach (var filter in part.Children("filter"))
            {
                if (filter["property"].AsString() != "concept" || !Filters.Contains(filter["op"].AsString(), StringComparer.Ordinal))
                {
                    throw new Problem(
                        ProblemKind.Invalid,
                        $"the value set '{url}' filters by {filter["property"].AsString()} {filter["op"].AsString()} {filter["value"].AsString()}, which is not understood here; filters are by concept ({string.Join(", ", Filters)})",
                        where: where);
                }
            }

            if (part["system"].AsString() is { } system && !part["concept"].Exists && !FhirDefinitions.HasCodeSystem(system))
            {
                yield return ("CodeSystem", system);
            }

            foreach (var other in part.Children("valueSet"))
            {
                if (other.AsString() is { } set && !FhirDefinitions.HasValueSet(set))
                {
                    yield return ("ValueSet", set);
                }
            }
        }
    }
}
