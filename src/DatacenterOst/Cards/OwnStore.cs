using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Store;

namespace DatacenterOst.Cards;

/// <summary>The part of a history that a client did not send, from our own store, where the client's patients are ours.</summary>
public sealed class OwnStore(PatientDirectory patients, Timeline timeline)
{
    /// <returns>Null when the patient is not known here, or the client's ids are not ours.</returns>
    public async Task<History?> Complete(
        PrefetchOutcome sent, HookRequest request, ClientProfile client, TimelineQuery query, Caller caller, CancellationToken cancellationToken)
    {
        if (!client.UsesOwnStore || !IsOurServer(request.FhirServer, client)) return null;
        if (await patients.FindReference($"Patient/{request.Context.PatientId}", caller, cancellationToken) is not { } known) return null;

        var chart = sent.Facts.Count == 0
            ? await timeline.Chart(known, query, sent.AsOf, caller, cancellationToken)
            : await timeline.UnresolvedChart(known, query, sent.AsOf, caller, cancellationToken);
        if (DirectoryView.Differing(chart.Demographics, sent.Demographics) is { Count: > 0 } differing)
            throw new Problem(
                ProblemKind.PreconditionFailed,
                $"The {string.Join(" and ", differing)} of the prefetched Patient differ from the patient of this id here; nothing was answered. Prefetch all keys instead.",
                "prefetch.patient");
        return sent.Facts.Count == 0
            ? new History(known, sent.Demographics == Demographics.Unknown ? chart.Demographics : sent.Demographics, chart.Facts)
            : sent.With(known, chart.Demographics, chart.Facts);
    }

    // An id means a patient only on the server that gave it. A chart of another server may carry the same id for someone else.
    // Of a client that is registered with ids of ours and with no server of its own, whatever it names is ours.
    private static bool IsOurServer(Uri? fhirServer, ClientProfile client) =>
        fhirServer is null || client.MayFetchFrom(fhirServer) || (client.IsRegistered ? client.FhirServers.Count == 0 : fhirServer.IsLoopback);
}
