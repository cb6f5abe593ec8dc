using DatacenterOst.Access;
using DatacenterOst.Cards.Ehr;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;
using DatacenterOst.Store;

namespace DatacenterOst.Cards;

/// <summary>
/// Answers one hook: from prefetch where the client sent enough, else with what the EHR's FHIR server gives, else together with
/// the store, else 412. The model, the resolution and the texts are the same whichever way the data came.
/// </summary>
public sealed class HookDesk(Func<ModelCatalogue> models, PrefetchReading prefetch, EhrReading ehr, OwnStore store, TimeProvider time)
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
        var (package, speaking, isShown, others) = Versions(service, request, caller);
        service = speaking;
        var asOf = request.AsOf ?? time.GetUtcNow();
        var query = package.Needs.Query(asOf);
        var sent = prefetch.Read(request, service, query, asOf);
        var isFromRequestAlone = sent.IsComplete;
        var source = request;
        if (!sent.IsComplete && await ehr.Fetch(request, service, sent.Missing, client, cancellationToken) is { } fetched)
            sent = prefetch.Read(source = fetched, service, query, asOf);

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
        var answer = CardWriting.Write(service, package.Evaluate(seen, asOf), reader, frame, uuids);
        return (isShown ? answer : CardWriting.Unshown(answer, service)) with
        {
            Beside = others.Count == 0 ? null : new Beside(source, client, caller, Records.Asked.UnitOf(request, caller.Subject), others),
            Inputs = package.Needs.Seen(seen),
            IsFromRequestAlone = isFromRequestAlone,
        };
    }

    /// <summary>
    /// What another version of the model makes of a request that was answered. Nothing is fetched for it: what neither the request nor the
    /// store has is missing.
    /// </summary>
    public async Task<RiskEstimate> Score(CdsService service, Beside beside, ModelPackage package, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var request = beside.Request;
        var query = package.Needs.Query(asOf);
        var sent = prefetch.Read(request, service, query, asOf);
        var history = sent.IsComplete ? sent.History(PatientId.None) : await store.Complete(sent, request, beside.Client, query, beside.Caller, cancellationToken);
        var seen = WithDrafts(history ?? sent.History(PatientId.None), DraftOrders.Of(request.Context, request.FhirServer), asOf);
        return package.Score(package.Features.Evaluate(seen, asOf));
    }

    /// <summary>What is said when nothing is ready in time: nothing, with the reason.</summary>
    public HookAnswer NotReady(CdsService service, HookRequest request, Language language, ClientProfile client)
    {
        var (package, speaking, _, _) = Versions(service, request, Caller.Product);
        service = speaking;
        var model = package.Id;
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

    /// <summary>
    /// The version that makes this answer, from one snapshot, so that the answer is of one version from beginning to end. Where the
    /// service does not fit a version, the one that it is written for answers.
    /// </summary>
    private (ModelPackage Package, CdsService Service, bool IsShown, IReadOnlyList<StagedPackage> Others) Versions(CdsService service, HookRequest request, Caller caller)
    {
        var catalogue = models();
        if (service.ModelVersion is { } version)
            return catalogue.Find(service.Model, version) is { } named ? (named, service.For(named) ?? service, true, []) : throw DoesNotServe(service);

        var lineup = catalogue.LineupOf(service.Model);
        var chosen = lineup.For(request.Context.PatientId ?? "", () => Records.Asked.UnitOf(request, caller.Subject)) ?? throw DoesNotServe(service);
        if (service.For(chosen.Package) is not { } speaking)
        {
            chosen = lineup.Lead!;
            speaking = service.For(chosen.Package) ?? throw DoesNotServe(service);
        }

        return (chosen.Package, speaking, chosen.IsShown, lineup.Beside(chosen.Package));
    }

    private static Problem DoesNotServe(CdsService service)
        => new(ProblemKind.Unavailable, $"The model {service.Model} of this service does not serve; `dost doctor` says why.");
}
