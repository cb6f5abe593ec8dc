using System.Globalization;
using DatacenterOst.Access;
using DatacenterOst.Cards;
using DatacenterOst.Cards.Records;
using DatacenterOst.Clinical;
using DatacenterOst.Store.Answers;
using Microsoft.AspNetCore.Mvc;

namespace DatacenterOst.Server.Http;

/// <summary>What was answered to CDS Hooks, why, again, and how it was taken.</summary>
public static class AnswerEndpoints
{
    private const int UsualPage = 50;

    /// <summary>How far back a report goes that names no beginning.</summary>
    private static readonly TimeSpan UsualSpan = TimeSpan.FromDays(30);

    public static void MapAnswers(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").WithTags("answers");
        api.MapGet("/answers", Page).WithSummary("Answers that were given, newest first, by patient, service and time; 'next' goes on where the page ends.");
        api.MapGet("/answers/{id}", One).WithSummary("The record of one answer, by the uuid of its run or of a card, with the feedback about it.");
        api.MapGet("/answers/{id}/replay", Again).WithSummary("The answer again from its record, and what would be otherwise today.");
        api.MapGet("/feedback-report", Report).WithSummary("How cards were taken: shown, silenced, accepted and overridden, by service, model, version and unit.");
    }

    private static async Task<AnswerPage> Page(
        DataCentre centre, string? patient, string? service, string? from, string? to, string? before, [FromQuery(Name = "_count")] int? count, CancellationToken cancellationToken)
    {
        var linked = patient is null ? null : await centre.Patients.FindReference($"Patient/{patient}", Caller.Loopback, cancellationToken);
        var filter = new AnswerFilter(patient, linked ?? PatientId.None, service, Instant(from, "from"), Instant(to, "to")) { Before = before is null ? null : Uuid(before, "before") };
        var size = count ?? UsualPage;
        var kept = await centre.AnswerStore.Answers.Page(filter, size, Caller.Loopback, cancellationToken);
        return new AnswerPage([.. kept.Select(Line)], kept.Count == size ? kept[^1].Run : null);
    }

    private static async Task<AnswerView> One(DataCentre centre, string id, CancellationToken cancellationToken)
    {
        var record = await centre.Replay.Record(Uuid(id, "id"), Caller.Loopback, cancellationToken);
        var feedback = await centre.AnswerStore.Feedback.Of(record.Kept.Run, AnswerUuids.LastOf(record.Kept.Run), Caller.Loopback, cancellationToken);
        return new AnswerView(Line(record.Kept), new Verbatim(record.Kept.Body), [.. feedback.Select(item => new FeedbackView(
            item.Card, item.Outcome.ToString().ToLowerInvariant(), item.OutcomeAt, item.ReceivedAt, item.Reason, [.. FeedbackDesk.Names(item.Flags)], new Verbatim(item.Body)))]);
    }

    private static async Task<ReplayView> Again(DataCentre centre, string id, CancellationToken cancellationToken)
        => ReplayView.Of(await centre.Replay.Again(Uuid(id, "id"), Caller.Loopback, cancellationToken));

    private static Task<FeedbackReport> Report(DataCentre centre, string? service, string? from, string? to, CancellationToken cancellationToken)
        => ReportOf(centre, service, Instant(from, "from"), Instant(to, "to"), cancellationToken);

    internal static async Task<FeedbackReport> ReportOf(DataCentre centre, string? service, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        // What was said this very millisecond belongs to a report of now.
        var until = to ?? centre.Time.GetUtcNow().AddSeconds(1);
        var since = from ?? until - UsualSpan;
        var said = await centre.AnswerCounts.Said(service, since, until, Caller.Loopback, cancellationToken);
        return FeedbackReport.Of(since, until, said, await centre.AnswerCounts.Feedback(service, since, until, Caller.Loopback, cancellationToken));
    }

    private static AnswerLine Line(KeptAnswer kept) => new(kept.Run, kept.Service, kept.Hook, kept.AnsweredAt, kept.AsOf)
    {
        Client = kept.Client,
        Patient = kept.PatientId,
        IsLinked = !kept.Patient.IsNone,
        Model = kept.Model,
        Unit = kept.Unit,
        Kind = kept.Kind == AnswerKind.Shown ? "shown" : "tried",
        Milliseconds = kept.Took / 1000.0,
        Said = [.. Said.Parse(kept.Said).All.Select(one => new SaidLine(one.Conclusion, one.Rank, one.IsShown ? "shown" : one.State))],
    };

    internal static Guid Uuid(string text, string where)
        => Guid.TryParseExact(text, "D", out var uuid) ? uuid : throw new Problem(ProblemKind.Invalid, "must be the uuid of a run or of a card.", where);

    /// <summary>An instant, or a date as the beginning of its day (UTC).</summary>
    internal static DateTimeOffset? Instant(string? text, string where)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new Problem(ProblemKind.Invalid, "must be a date or an instant, such as 2026-03-01 or 2026-03-01T12:00:00Z.", where);
    }

    /// <param name="Next">Give it as <c>before</c> for the next page; null on the last.</param>
    public sealed record AnswerPage(IReadOnlyList<AnswerLine> Answers, Guid? Next);

    public sealed record AnswerLine(Guid Run, string Service, string Hook, DateTimeOffset AskedAt, DateTimeOffset AsOf)
    {
        public required string Client { get; init; }

        public required string Patient { get; init; }

        public required bool IsLinked { get; init; }

        public required string Model { get; init; }

        public required string Unit { get; init; }

        public required string Kind { get; init; }

        public required double Milliseconds { get; init; }

        public required IReadOnlyList<SaidLine> Said { get; init; }
    }

    /// <param name="State">shown, or the reason why not.</param>
    public sealed record SaidLine(string Conclusion, int Rank, string State);

    public sealed record AnswerView(AnswerLine Answer, Verbatim Record, IReadOnlyList<FeedbackView> Feedback);

    public sealed record FeedbackView(
        Guid Card, string Outcome, DateTimeOffset OutcomeAt, DateTimeOffset ReceivedAt, string Reason, IReadOnlyList<string> Flags, Verbatim Item);
}
