using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// Follows what leads to other resources – chains, <c>_has</c>, <c>_list</c> – by searches of their own, and finds the one patient
/// that a search names. What goes through the patient stays SQL; the rest is worked out link by link, within a limit.
/// </summary>
internal sealed class Chains(Matches matches, Caller caller)
{
    /// <summary>Resources that one link of a chain may lead to.</summary>
    public const int MaxLinked = 5_000;

    /// <summary>Patients that are named one by one in a statement.</summary>
    private const int MaxKeys = 500;

    /// <summary>The search with all its links followed; null when nothing can match.</summary>
    public async Task<ResolvedQuery?> Resolve(SearchQuery query, CancellationToken cancellationToken)
    {
        var criteria = new List<Criterion>();
        PatientId? patient = null;

        // What is about the resource itself comes first, so that links know what is left of the search.
        foreach (var criterion in query.Criteria.OrderBy(criterion => criterion.IsAboutResourceAlone ? 0 : 1))
        {
            if (patient is null && PatientOf(query.Types, criterion) is { } id)
            {
                if (await new PatientDirectory(matches.Database).FindReference($"Patient/{id}", caller, cancellationToken) is not { } found)
                {
                    return null;
                }

                patient = found;
            }
            else
            {
                criteria.Add(await Resolve(query.Types, criterion, new ResolvedQuery(query.Types, [.. criteria], patient, []), cancellationToken));
            }
        }

        // A chain that leads to one patient is a search of that patient's record.
        if (patient is null && query.Types.Count == 1 && criteria.OfType<PatientsCriterion>().FirstOrDefault(found => found.Keys is [_]) is { } one)
        {
            patient = new PatientId(one.Keys[0]);
            criteria.Remove(one);
        }

        return new ResolvedQuery(query.Types, criteria, patient, query.Sort);
    }

    // The id of the patient under whose key the resources lie, where the condition says just that.
    private string? PatientOf(IReadOnlyList<string> types, Criterion criterion) =>
        types is [var type] && criterion is ValueCriterion { Modifier: SearchModifier.None, AnyOf: [ReferenceOperand { Id: { } id, Url: null } reference] } value
        && (reference.Type == "Patient" || (reference.Type is null && matches.Known.TargetsOf(type, value.Parameter) is ["Patient"]))
        && PatientKeys.Names(type, value.Parameter) ? id : null;

    private async Task<Criterion> Resolve(IReadOnlyList<string> types, Criterion criterion, ResolvedQuery rest, CancellationToken cancellationToken)
    {
        if (types is [var only] || criterion is ListCriterion)
        {
            return await Resolve(types[0], criterion, new OtherEnd(matches, rest), cancellationToken);
        }

        if (criterion is not (ChainCriterion or HasCriterion))
        {
            return SeveralTypes.Of(types, await Resolve(types[0], criterion, null, cancellationToken), matches.Known);
        }

        var each = new List<(IReadOnlyList<string> Types, Criterion Criterion)>();
        foreach (var type in types)
        {
            var ofType = criterion is ChainCriterion chain ? chain with { Reference = matches.Known.Find(type, chain.Reference.Code) ?? chain.Reference } : criterion;
            each.Add(([type], await Resolve(type, ofType, new OtherEnd(matches, rest with { Types = [type] }), cancellationToken)));
        }

        return new PerTypeCriterion(criterion, each);
    }

    private async Task<Criterion> Resolve(string type, Criterion criterion, OtherEnd? otherEnd, CancellationToken cancellationToken) => criterion switch
    {
        ChainCriterion chain => await Follow(type, chain, otherEnd, cancellationToken),
        HasCriterion has => await Follow(type, has, otherEnd, cancellationToken),
        ListCriterion list => await Follow(list, cancellationToken),
        ValueCriterion { NotOfHl7.Count: > 0 } codes => await new StoredCodes(matches).List(codes, cancellationToken),
        _ => criterion,
    };

    private async Task<Criterion> Follow(string type, ChainCriterion chain, OtherEnd? otherEnd, CancellationToken cancellationToken)
    {
        if (chain.Targets is [{ Type: "Patient" } link] && PatientKeys.Names(type, chain.Reference)
            && await PatientsOf("Patient", link.Inner, cancellationToken) is { } patients)
        {
            return patients;
        }

        var terms = new List<long>();
        var kept = TermClauses.Kept(type, chain.Reference, matches.Known);
        foreach (var target in chain.Targets)
        {
            var led = await All(target.Type, target.Inner, chain.Reference.Code, most => otherEnd?.ReferredTo(chain.Reference, target.Type, most, cancellationToken), cancellationToken);
            terms.AddRange(led.SelectMany(resource => kept.Select(parameter => Terms.Reference(parameter, resource.Type, resource.Id))));
        }

        return new ReferredCriterion(terms);
    }

    private async Task<Criterion> Follow(string type, HasCriterion has, OtherEnd? otherEnd, CancellationToken cancellationToken)
    {
        if (type == "Patient" && PatientKeys.Names(has.Type, has.Reference) && await PatientsOf(has.Type, has.Inner, cancellationToken) is { } patients)
        {
            return patients;
        }

        var referring = await All(
            has.Type, has.Inner, $"_has:{has.Type}:{has.Reference.Code}", most => otherEnd?.Referring(has.Type, has.Reference, most, cancellationToken), cancellationToken);
        var ids = referring.SelectMany(resource => References.Of(Resource.ParseJson(resource.Body), has.Reference))
            .Where(reference => reference.Type == type).Select(reference => reference.Id).Distinct().ToList();
        return new IdCriterion(ids);
    }

    private async Task<Criterion> Follow(ListCriterion list, CancellationToken cancellationToken)
    {
        var items = new List<(string Type, string Id)>();
        foreach (var id in list.ListIds)
        {
            if (await new Resources(matches.Database).Read("List", id, caller, cancellationToken) is { IsDeleted: false } found)
            {
                foreach (var entry in Resource.ParseJson(found.Body).Root.Children("entry"))
                {
                    if (entry["item"]["reference"].AsString()?.Split('/') is [var type, var item, ..] && FhirDefinitions.IsResourceType(type))
                    {
                        items.Add((type, item));
                    }
                }
            }
        }

        return new ItemsCriterion([.. items.Distinct()]);
    }

    // The patients whose resources meet the condition: by their keys where they are few, so that a plan can begin with them, else
    // as a part of the SQL, so that there may be any number of them. Null where SQL alone cannot tell.
    private async Task<PatientsCriterion?> PatientsOf(string type, Criterion inner, CancellationToken cancellationToken)
    {
        var query = new ResolvedQuery([type], [await Resolve(type, inner, null, cancellationToken)], null, []);
        var statement = new SearchStatement(matches.Database.Dialect, matches.Known);
        if (!matches.TryWhere(query, statement, out var first))
        {
            return null;
        }

        var most = statement.Name(MaxKeys + 1);
        var keys = await matches.Database.Dialect.Query(
            $"select distinct r.patient_key from resource r where {first} limit {most}", statement.Fill, row => row.GetInt64(0), cancellationToken);
        return keys.Count <= MaxKeys
            ? PatientsCriterion.Of(keys)
            : new PatientsCriterion(outer =>
            {
                _ = matches.TryWhere(query, outer, out var where);
                return $"r.patient_key in (select r.patient_key from resource r where {where})";
            });
    }

    /// <param name="narrowed">A condition that all have that the rest of the search can use, where that leaves so many at most.</param>
    private async Task<List<StoredResource>> All(
        string type, Criterion inner, string what, Func<int, Task<Criterion?>?> narrowed, CancellationToken cancellationToken)
    {
        if (narrowed(OtherEnd.Few) is { } narrow && await narrow is { } few)
        {
            return await All(type, [inner, few], what, cancellationToken);
        }

        try
        {
            return await All(type, [inner], what, cancellationToken);
        }
        catch (Problem tooMany) when (tooMany.Kind == ProblemKind.TooCostly)
        {
            if (narrowed(MaxLinked) is { } wide && await wide is { } left)
            {
                return await All(type, [inner, left], what, cancellationToken);
            }

            throw;
        }
    }

    private async Task<List<StoredResource>> All(string type, IReadOnlyList<Criterion> criteria, string what, CancellationToken cancellationToken)
    {
        var query = new SearchQuery { Types = [type], Criteria = criteria };
        return await Resolve(query, cancellationToken) is { } resolved
            ? await matches.All(resolved, MaxLinked, () => new Problem(
                ProblemKind.TooCostly, $"'{what}' leads to more than {MaxLinked} resources of type {type}; narrow the condition", where: what), cancellationToken)
            : [];
    }
}
