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
        if (!sent.IsComplete && await ehr.Fetch(request, service, sent.Missing, client, cancellationToken) is { } fetched)
            sent = prefetch.Read(fetched, service, query, asOf);

        var orders = DraftOrders.Of(request.Context, request.FhirServer);
        var frame = AnswerFrame.Of(request, orders, client);
        var reader = new CardReader(language, zone);
        var history = sent.IsComplete ? sent.History(PatientId.None) : await store.Complete(sent, request, client, query, caller, cancellationToken);
        if (history is null)
        {
            if (IsOfAnotherService(request, service, sent)) return NotAssessed(service, package, asOf, reader, frame);
            sent.Without(service.Optional.Keys).RequireComplete();
            history = sent.History(PatientId.None);
            frame = frame with { Gaps = [.. sent.Missing.Select(missing => service.Optional[missing.Key])] };
        }

        return CardWriting.Write(service, package.Evaluate(WithDrafts(history, orders, asOf), asOf), reader, frame);
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

    private static HookAnswer NotAssessed(CdsService service, ModelPackage package, DateTimeOffset asOf, CardReader reader, AnswerFrame frame) =>
        CardWriting.NotAssessed(service, package.Evaluate(new History(PatientId.None, Demographics.Unknown, []), asOf), reader, frame);

    private ModelPackage Package(CdsService service)
        => (service.ModelVersion is { } version ? models.Find(service.Model, version) : models.Find(service.Model))
            ?? throw new Problem(ProblemKind.Unavailable, $"The model {service.Model} of this service does not serve; `dost doctor` says why.");
}
