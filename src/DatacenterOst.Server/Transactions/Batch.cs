using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Http;

namespace DatacenterOst.Server.Transactions;

/// <summary>
/// Entries that have nothing to do with each other (FHIR R4 http.html#brules): each is done by itself and fails by itself. Deletes come
/// first, then creates, updates and reads; those of one kind run beside each other, so that their writes share commits.
/// </summary>
public static class Batch
{
    /// <summary>The order of what changes nothing.</summary>
    public const int Reads = 3;

    /// <summary>Entries of one batch that run at once.</summary>
    private const int MaxAtOnce = 16;

    public static async Task<IReadOnlyList<FhirAnswer>> Run(BundleAsk bundle, FhirRequest request, DataCentre centre, CancellationToken cancellationToken)
    {
        var deadline = centre.TimeLimit.Begin();
        var answers = new FhirAnswer[bundle.Entries.Count];
        foreach (var sameKind in bundle.Entries.GroupBy(entry => Order(entry.Method)).OrderBy(group => group.Key))
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(sameKind, options, async (entry, token) => answers[entry.Number] = await Answer(entry, request, deadline, centre, token));
        }

        return answers;
    }

    /// <summary>The order of processing by method (FHIR R4 http.html#trules).</summary>
    public static int Order(string method) => method switch
    {
        "DELETE" => 0,
        "POST" => 1,
        "PUT" or "PATCH" => 2,
        _ => Reads,
    };

    /// <summary>What one entry gives; a mistake in it is its answer.</summary>
    public static async Task<FhirAnswer> Answer(EntryAsk entry, FhirRequest bundle, Deadline deadline, DataCentre centre, CancellationToken cancellationToken)
    {
        try
        {
            var (interaction, request) = EntryTarget.Of(entry, bundle.Base).Route(entry, bundle);
            if (Order(entry.Method) == Reads)
                return await deadline.Within(token => interaction(request, centre, token), cancellationToken);
            // Whether a write that is stopped was done nobody could say.
            deadline.RequireLeft();
            return await interaction(request, centre, cancellationToken);
        }
        catch (Problem problem)
        {
            var (status, issue) = Outcome.Of(entry.Because(problem));
            return new FhirAnswer(status) { Body = output => Outcome.Write(output, issue), IsOutcome = true };
        }
    }
}
