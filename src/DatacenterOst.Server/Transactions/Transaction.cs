using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Transactions;

/// <summary>
/// All entries or none (FHIR R4 http.html#trules): conditions are looked up, ids given and references replaced before anything is
/// written; deletes, creates and updates are one write; reads come last and see it.
/// </summary>
public static class Transaction
{
    /// <summary>How often it begins again when another writer changed what one of its patches or deletes is for.</summary>
    private const int MaxAttempts = 5;

    public static async Task<IReadOnlyList<FhirAnswer>> Run(BundleAsk bundle, FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var deadline = centre.TimeLimit.Begin();
        for (var attempt = 1; ; attempt++)
        {
            var plan = TransactionPlan.Of(bundle, request, centre);
            try
            {
                // A commit is not stopped any more: what is answered as too late was not written.
                await deadline.Within(token => Write(plan, centre, token), cancellationToken);
                return await Answers(plan, request, deadline, centre, cancellationToken);
            }
            catch (Problem late) when (late.Kind is ProblemKind.PreconditionFailed or ProblemKind.NotFound && plan.MayBeginAgain && attempt < MaxAttempts)
            {
                // Nothing was written; patches and deletes are for what is there now.
            }
        }
    }

    private static async Task<int> Write(TransactionPlan plan, DataCentre centre, CancellationToken cancellationToken)
    {
        await using var alone = plan.Names.Count > 0 ? await centre.Writes.Alone(plan.Names, cancellationToken) : null;
        await plan.Resolve(centre, cancellationToken);
        var changes = plan.Changes(centre);
        if (changes.Count == 0)
            return 0;
        try
        {
            var written = await centre.Writes.WriteAll(FhirWriting.ProfileId, [.. changes.Select(one => one.Change)], Caller.Loopback, cancellationToken);
            for (var at = 0; at < changes.Count; at++)
                changes[at].Step.Answer = Answer(changes[at].Step, written[at]);
            return written.Count;
        }
        catch (Problem problem) when (ChangeOf(problem) is { } number && number < changes.Count)
        {
            throw changes[number].Step.Entry.Because(new Problem(problem.Kind, problem.Message, null, problem));
        }
    }

    private static FhirAnswer Answer(Step step, ResourceWritten written)
        => step.Entry.Method == "DELETE"
            ? new FhirAnswer(StatusCodes.Status204NoContent) { About = step.AlsoExisting.Count == 0 ? written.Resource : null }
            : Written.Answer(step.Request, written);

    private static async Task<IReadOnlyList<FhirAnswer>> Answers(TransactionPlan plan, FhirRequest request, Deadline deadline, DataCentre centre, CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps.Where(step => step.IsRead))
            step.Answer = await Batch.Answer(step.Entry, request, deadline, centre, cancellationToken);
        return [.. plan.Steps.Select(step => step.Answer!)];
    }

    /// <summary>The number in "entry[3]" of a problem of the store; null where it names none.</summary>
    private static int? ChangeOf(Problem problem)
        => problem.Where is { } where && where.StartsWith("entry[", StringComparison.Ordinal)
            && where.IndexOf(']', StringComparison.Ordinal) is var end && end > 0
            && int.TryParse(where.AsSpan("entry[".Length..end), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
