using System.Data.Common;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// Answers a hook so that the answer can be accounted for: what was said lately is not said again, and what is said is kept first.
/// The same request again – a client that heard nothing and tries once more – gets the answer that was kept.
/// </summary>
public sealed class AnswerDesk(HookDesk desk, AnswerStore store, InTime inTime, OpenedCharts opened, TimeProvider time)
{
    /// <summary>The span over which a user's interruptions are counted.</summary>
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly SaidLately lately = new();

    /// <exception cref="Problem">As <see cref="HookDesk.Answer"/>; Unavailable when the answer could not be kept, and so must not be sent.</exception>
    public async Task<HookAnswer> Answer(CdsService service, HookRequest request, Language language, ClientProfile client, Caller caller, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var askedAt = time.GetUtcNow();
        service.Require(request);
        var asked = Asked.Of(service, request, caller.Subject, language);
        if (asked.Kind == AnswerKind.Shown && opened.Find(service, asked, askedAt) is { } again) return again;
        try
        {
            var answer = await Evaluated(service, asked, client, caller, cancellationToken);
            KeptAnswer Keeping() => Kept(service, asked, answer, askedAt, time.GetElapsedTime(began));
            var query = Lately(service, asked, answer);
            var isKept = query is not null && !lately.MayHave(query) && await store.Writes.WriteUnlessSaid(Keeping(), query, caller, cancellationToken);
            if (query is not null) lately.Note(query);
            if (!isKept)
            {
                var held = await Held(service, asked, answer, query, caller, cancellationToken);
                if (held is null) return answer with { Bytes = await Earlier(asked, answer, caller, cancellationToken) };
                answer = CardWriting.Without(answer, service, held);
                isKept = await store.Writes.Write(Keeping(), caller, cancellationToken);
            }

            if (!isKept) return answer with { Bytes = await Earlier(asked, answer, caller, cancellationToken) };
            if (asked.Kind == AnswerKind.Shown && !answer.Silences.Any(silence => silence.Reason == SilenceReasons.OverBudget)) opened.Remember(service, asked, answer, askedAt);
            return answer;
        }
        catch (DbException failed)
        {
            throw new Problem(ProblemKind.Unavailable, "The store cannot be reached, and what is not recorded is not shown. Ask again.", inner: failed);
        }
    }

    private async Task<HookAnswer> Evaluated(CdsService service, Asked asked, ClientProfile client, Caller caller, CancellationToken cancellationToken)
    {
        // Who asks as of an instant has time.
        if (asked.Kind == AnswerKind.Tried) return await desk.Answer(service, asked.Hook, asked.Language, client, caller, cancellationToken);
        return await inTime.Answer(service, asked, stop => desk.Answer(service, asked.Hook, asked.Language, client, caller, stop), cancellationToken)
            ?? desk.NotReady(service, asked.Hook, asked.Language, client);
    }

    /// <summary>Which earlier answers could hold something of this one back; null where none could.</summary>
    private RecentQuery? Lately(CdsService service, Asked asked, HookAnswer answer)
    {
        if (asked.Kind != AnswerKind.Shown || service.Silence.IsNone || answer.Cards.Count == 0) return null;
        var now = time.GetUtcNow();
        return new RecentQuery(answer.Inputs!.Patient, asked.Subject, service.Id, asked.Client, asked.User, now - service.Silence.Longest, now - Day)
        {
            OfUserAlone = service.Silence.Per == SilencePer.PatientAndUser && asked.User != 0,
            MaxInterruptions = service.Silence.MaxInterruptivePerUserPerDay,
        };
    }

    /// <summary>What is not said again; null when this very request was answered before.</summary>
    private async Task<IReadOnlyList<Silence>?> Held(CdsService service, Asked asked, HookAnswer answer, RecentQuery? query, Caller caller, CancellationToken cancellationToken)
    {
        if (query is null) return [];
        var recent = await store.Recent.Read(query, caller, cancellationToken);
        return recent.Answers.Any(earlier => earlier.RequestKey == asked.Request)
            ? null
            : Holding.Of(service.Silence, answer, recent, asked.User, asked.Hook.Hook, time.GetUtcNow());
    }

    private async Task<ReadOnlyMemory<byte>> Earlier(Asked asked, HookAnswer answer, Caller caller, CancellationToken cancellationToken)
    {
        var kept = await store.Answers.FindRequest(answer.Inputs!.Patient, asked.Subject, asked.Request, caller, cancellationToken)
            ?? throw new Problem(ProblemKind.Unavailable, "The answer to this request was kept a moment ago and cannot be read. Ask again.");
        return AnswerRecord.Open(kept).Bytes;
    }

    private static KeptAnswer Kept(CdsService service, Asked asked, HookAnswer answer, DateTimeOffset askedAt, TimeSpan took)
    {
        // What is as of another time is answered anew whenever it is asked.
        var key = asked.Kind == AnswerKind.Shown ? asked.Request : OfRun(answer.Run);
        return new KeptAnswer(answer.Inputs!.Patient, asked.Subject, key, answer.Run, asked.Hook.Context.PatientId ?? "", AnswerBody.Write(asked, service, answer, askedAt))
        {
            AnsweredAt = askedAt,
            AsOf = answer.Estimate.AsOf,
            User = asked.User,
            Service = service.Id,
            Hook = asked.Hook.Hook,
            Client = asked.Client,
            Model = $"{answer.Estimate.Model} {answer.Estimate.Version}",
            Unit = asked.Unit(),
            Said = Said.Of(answer, service).ToString(),
            Kind = asked.Kind,
            Interrupting = answer.Cards.Count(card => card.Indicator >= Indicator.Warning),
            Took = (int)Math.Min(took.TotalMicroseconds, int.MaxValue),
        };
    }

    private static UInt128 OfRun(Guid run) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(run.ToByteArray(bigEndian: true));
}

/// <summary>The parts of the store that answers and feedback are kept in.</summary>
public sealed record AnswerStore(AnswerWrites Writes, KeptAnswers Answers, RecentReading Recent, FeedbackWrites Feedback)
{
    public static AnswerStore Of(StoreDatabase database) => new(new AnswerWrites(database), new KeptAnswers(database), new RecentReading(database), new FeedbackWrites(database));
}
