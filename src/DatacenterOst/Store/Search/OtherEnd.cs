using DatacenterOst.Fhir;
using DatacenterOst.Fhir.Queries;

namespace DatacenterOst.Store.Search;

/// <summary>
/// The end of a link that the search is about. Where the rest of the search leaves few resources, only what they refer to, or what refers
/// to them, can matter to it, however many others meet the condition at the far end.
/// </summary>
/// <param name="rest">The search without its links.</param>
internal sealed class OtherEnd(Matches matches, ResolvedQuery rest)
{
    /// <summary>So many are looked at before the link is followed the other way.</summary>
    public const int Few = 200;

    private readonly ResolvedQuery decided = rest with { Criteria = [.. rest.Criteria.Where(criterion => IsDecided(matches, rest, criterion))] };

    /// <summary>One of those that the rest refers to; null where the rest is more than so many, or anything.</summary>
    public async Task<Criterion?> ReferredTo(SearchParameter reference, string type, int most, CancellationToken cancellationToken) =>
        await Left(most, cancellationToken) is not { } left ? null
            : new IdCriterion([.. left.SelectMany(one => References.Of(Resource.ParseJson(one.Body), reference)).Where(to => to.Type == type).Select(to => to.Id).Distinct()]);

    /// <summary>One that refers to the rest; null where the rest is more than so many, or anything.</summary>
    public async Task<Criterion?> Referring(string type, SearchParameter reference, int most, CancellationToken cancellationToken)
    {
        if (await Left(most, cancellationToken) is not { } left)
        {
            return null;
        }

        // What refers to a patient as its own lies under the patient's key.
        if (rest.Types is ["Patient"] && PatientKeys.Names(type, reference))
        {
            return PatientsCriterion.Of([.. left.Select(one => one.Patient.Value).Distinct()]);
        }

        var kept = TermClauses.Kept(type, reference, matches.Known);
        return new ReferredCriterion([.. left.SelectMany(one => kept.Select(parameter => Terms.Reference(parameter, one.Type, one.Id)))]);
    }

    private async Task<List<StoredResource>?> Left(int most, CancellationToken cancellationToken) =>
        decided.Patient is null && decided.Criteria.Count == 0 ? null : await matches.AtMost(decided, most, cancellationToken);

    // What needs a look into each resource would cost more than it saves; without it more are left.
    private static bool IsDecided(Matches matches, ResolvedQuery rest, Criterion criterion) =>
        matches.TryWhere(rest with { Criteria = [criterion] }, new SearchStatement(matches.Database.Dialect, matches.Known), out _);
}
