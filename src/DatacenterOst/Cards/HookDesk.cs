using DatacenterOst.Access;
using DatacenterOst.Cards.Ehr;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Store;

namespace DatacenterOst.Cards;

/// <summary>
/// Answers one hook: from prefetch where the client sent enough, else with what the EHR's FHIR server gives, else together with
/// the store, else 412. The model, the resolution and the texts are the same whichever way the data came.
/// </summary>
public sealed class HookDesk(ModelCatalogue models, PrefetchReading prefetch, EhrReading ehr, OwnStore store, TimeProvider time)
{
    private static readonly History Nothing = new(PatientId.None, Demographics.Unknown, []);

    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(CardReader.DefaultZone);

    /// <exception cref="Problem">
    /// Invalid or PreconditionFailed for the caller's mistakes and missing data; Unavailable when the model does not serve.
    /// </exception>
    public async Task<HookAnswer> Answer(
        CdsService service, HookRequest request, Language language, ClientProfile client, Caller caller, CancellationToken cancellationToken)
    {
        service.Require(request);
        var package = Package(service);
        var asOf = request.AsOf ?? time.GetUtcNow();
        var query = package.Needs.Query(asOf);
        var sent = prefetch.Read(request, service, query, asOf);
        var isFromRequestAlone = sent.IsComplete;
        if (!sent.IsComplete && await ehr.Fetch(request, service, sent.Missing, client, cancellationToken) is { } fetched)
            sent = prefetch.Read(fetched, service, query, asOf);

        var orders = DraftOrders.Of(request.Context, request.FhirServer);
        var frame = AnswerFrame.Of(request, orders, client);
        var reader = new CardReader(language, zone);
        var history = sent.IsComplete ? sent.History(PatientId.None) : await store.Complete(sent, request, client, query, caller, cancellationToken);
        var uuids = AnswerUuids.New(time.GetUtcNow());
        if (history is null)
        {
            if (IsOfAnotherService(request, service, sent)) return NotAssessed(service, package.Evaluate(Nothing, asOf), reader, frame, uuids);
            sent.Without(service.Optional.Keys).RequireComplete();
            history = sent.History(PatientId.None);
            frame = frame with { Gaps = [.. sent.Missing.Select(missing => service.Optional[missing.Key])] };
        }

        var seen = WithDrafts(history, orders, asOf);
        return CardWriting.Write(service, package.Evaluate(seen, asOf), reader, frame, uuids) with
        {
            Inputs = package.Needs.Seen(seen),
            IsFromRequestAlone = isFromRequestAlone,
        };
    }

    /// <summary>What is said when nothing is ready in time: nothing, with the reason.</summary>
    public HookAnswer NotReady(CdsService service, HookRequest request, Language language, ClientProfile client)
    {
        var model = Package(service).Id;
        var now = time.GetUtcNow();
        var estimate = new RiskEstimate(model.Model, model.Version, model.Hash, request.AsOf ?? now, null, [], new Dictionary<string, FeatureValue>(), ["not ready in time"]);
        return CardWriting.Write(service, estimate, new CardReader(language, zone), AnswerFrame.Of(request, [], client), AnswerUuids.New(now)) with
        {
            Inputs = Nothing,
            Silences = [new Silence(SilenceReasons.OverBudget, service.Id)],
        };
    }

    // After the resolution: a draft is no result, and corrects none.
    private History WithDrafts(History history, IReadOnlyList<DraftOrder> orders, DateTimeOffset asOf) =>
        orders.Count == 0 ? history : history with { Facts = [.. history.Facts, .. prefetch.Drafts(orders, asOf)] };

    /// <summary>
    /// The client prefetched, and none of it is what this service asks for: it was set up for another one. 412 would have it ask
    /// again the same way at each chart; it gets an answer that says that nothing was assessed.
    /// </summary>
    private static bool IsOfAnotherService(HookRequest request, CdsService service, PrefetchOutcome sent) =>
        request.Prefetch.Count > 0 && sent.Missing.Count == service.Prefetch.Count && service.Prefetch.All(template => !request.Prefetch.ContainsKey(template.Key));

    private static HookAnswer NotAssessed(CdsService service, RiskEstimate estimate, CardReader reader, AnswerFrame frame, AnswerUuids uuids) =>
        CardWriting.NotAssessed(service, estimate, reader, frame, uuids) with { Inputs = Nothing, IsFromRequestAlone = true };

    private ModelPackage Package(CdsService service)
        => (service.ModelVersion is { } version ? models.Find(service.Model, version) : models.Find(service.Model))
            ?? throw new Problem(ProblemKind.Unavailable, $"The model {service.Model} of this service does not serve; `dost doctor` says why.");
}
