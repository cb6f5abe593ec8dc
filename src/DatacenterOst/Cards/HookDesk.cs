using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Store;

namespace DatacenterOst.Cards;

/// <summary>
/// Answers one hook: from prefetch where the client sent enough, else together with the store, else 412. The model, the
/// resolution and the texts are the same either way.
/// </summary>
public sealed class HookDesk(ModelCatalogue models, PrefetchReading prefetch, PatientDirectory patients, Timeline timeline, TimeProvider time)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    /// <exception cref="Problem">
    /// Invalid or PreconditionFailed for the caller's mistakes and missing data; Unavailable when the model does not serve.
    /// </exception>
    public async Task<HookAnswer> Answer(
        CdsService service, HookRequest request, Language language, Caller caller, CancellationToken cancellationToken)
    {
        service.Require(request);
        var package = Package(service);
        var asOf = request.AsOf ?? time.GetUtcNow();
        var query = package.Needs.Query(asOf);
        var sent = prefetch.Read(request, service, query, asOf);
        var history = sent.IsComplete
            ? sent.History(PatientId.None)
            : await TogetherWithStore(sent, request, query, caller, cancellationToken);
        var uuids = AnswerUuids.New(time.GetUtcNow());
        return CardWriting.Write(service, package.Evaluate(history, asOf), new CardReader(language, zone), uuids) with { Inputs = package.Needs.Seen(history), IsFromRequestAlone = sent.IsComplete };
    }

    /// <summary>What is said when nothing is ready in time: nothing, with the reason.</summary>
    public HookAnswer NotReady(CdsService service, HookRequest request, Language language)
    {
        var model = Package(service).Id;
        var now = time.GetUtcNow();
        var estimate = new RiskEstimate(model.Model, model.Version, model.Hash, request.AsOf ?? now, null, [], new Dictionary<string, FeatureValue>(), ["not ready in time"]);
        return CardWriting.Write(service, estimate, new CardReader(language, zone), AnswerUuids.New(now)) with
        {
            Inputs = new History(PatientId.None, Demographics.Unknown, []),
            Silences = [new Silence(SilenceReasons.OverBudget, service.Id)],
        };
    }

    private ModelPackage Package(CdsService service)
        => (service.ModelVersion is { } version ? models.Find(service.Model, version) : models.Find(service.Model))
            ?? throw new Problem(ProblemKind.Unavailable, $"The model {service.Model} of this service does not serve; `dost doctor` says why.");

    private async Task<History> TogetherWithStore(
        PrefetchOutcome sent, HookRequest request, TimelineQuery query, Caller caller, CancellationToken cancellationToken)
    {
        var patient = IsOfOurPatients(request.FhirServer, caller)
            ? await patients.FindReference($"Patient/{request.Context.PatientId}", caller, cancellationToken)
            : null;
        if (patient is not { } known)
        {
            sent.RequireComplete();
            throw new System.Diagnostics.UnreachableException();
        }

        var record = await patients.Get(known, caller, cancellationToken);
        if (DirectoryView.Differing(record.Demographics, sent.Demographics) is { Count: > 0 } differing)
            throw new Problem(
                ProblemKind.PreconditionFailed,
                $"The {string.Join(" and ", differing)} of the prefetched Patient differ from the patient of this id here; nothing was answered. Prefetch all keys instead.",
                "prefetch.patient");
        if (sent.Facts.Count == 0)
            return new History(known, sent.Demographics == Demographics.Unknown ? record.Demographics : sent.Demographics,
                await timeline.Read(known, query, sent.AsOf, caller, cancellationToken));
        return sent.With(known, record.Demographics, await timeline.ReadUnresolved(known, query, sent.AsOf, caller, cancellationToken));
    }

    // An id means a patient only on the server that gave it. A chart of another server may carry the same id for someone else.
    // Of a registered client it is known whose ids it uses; of a caller without registration only a server on this machine is ours.
    private static bool IsOfOurPatients(Uri? fhirServer, Caller caller)
        => caller.Client is { } client ? client.UsesOwnStore : fhirServer is null || fhirServer.IsLoopback;
}
