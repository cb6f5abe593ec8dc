using System.Data.Common;
using System.Threading.Channels;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Models.Monitoring;
using DatacenterOst.Store.Answers;
using DatacenterOst.Store.Models;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// Lets versions that are not shown score what was just answered, beside the traffic. Nobody waits for it and nobody sees it; when too
/// much waits, what comes is dropped and counted.
/// </summary>
public sealed class SilentScoring(HookDesk desk, SilentScores store, TimeProvider time)
{
    /// <summary>Requests that wait: five seconds of two hundred a second.</summary>
    public const int MaxWaiting = 1_000;

    /// <summary>Bytes of prefetch that wait with them.</summary>
    public const long MaxBytes = 128L * 1024 * 1024;

    /// <summary>Scores in one transaction.</summary>
    private const int MaxTogether = 200;

    private readonly Channel<Waiting> waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private long bytes;
    private long dropped;
    private long failed;
    private long offered;
    private long done;

    /// <summary>Requests that were not scored in silence because too many waited, since the start.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Requests whose silent scores could not be made or kept, since the start.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Requests that wait or are under way.</summary>
    public long Pending => Interlocked.Read(ref offered) - Interlocked.Read(ref done);

    /// <summary>Takes an answer that was sent; returns at once.</summary>
    public void Offer(CdsService service, HookAnswer answer)
    {
        if (answer is not { Beside: { } beside, Inputs: not null } || beside.Request.AsOf is not null) return;
        var size = beside.Request.Prefetch.Values.Sum(resource => (long)resource.Length);
        if (Interlocked.Add(ref bytes, size) > MaxBytes || !waiting.Writer.TryWrite(new Waiting(service, answer, size)))
        {
            Interlocked.Add(ref bytes, -size);
            Interlocked.Increment(ref dropped);
            ModelMeters.NotScored(answer.Estimate.Model.Value);
            return;
        }

        Interlocked.Increment(ref offered);
    }

    /// <summary>Scores what waits until it is stopped.</summary>
    /// <param name="tell">Hears of what went wrong; the next goes on.</param>
    public async Task Run(Action<Exception> tell, CancellationToken cancellationToken)
    {
        while (await waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            var scores = new List<SilentScore>();
            var taken = 0;
            while (taken < MaxTogether && scores.Count < MaxTogether && waiting.Reader.TryRead(out var next))
            {
                taken++;
                Interlocked.Add(ref bytes, -next.Size);
                await Score(next, scores, tell, cancellationToken);
            }

            try
            {
                if (scores.Count > 0) await store.Write(scores, Caller.Product, cancellationToken);
            }
            catch (Exception lost) when (lost is DbException or Problem)
            {
                Interlocked.Add(ref failed, scores.Count);
                tell(lost);
            }

            Interlocked.Add(ref done, taken);
        }
    }

    private async Task Score(Waiting next, List<SilentScore> scores, Action<Exception> tell, CancellationToken cancellationToken)
    {
        var (answer, beside) = (next.Answer, next.Answer.Beside!);
        foreach (var version in beside.Versions)
        {
            try
            {
                var began = time.GetTimestamp();
                var estimate = await desk.Score(next.Service, beside, version.Package, answer.Estimate.AsOf, cancellationToken);
                var took = time.GetElapsedTime(began);
                ModelMeters.Scored(estimate, "silent", took);
                scores.Add(new SilentScore(answer.Inputs!.Patient, AnswerKeys.Subject(beside.Request.Context.PatientId ?? ""), answer.Run, estimate.AsOf, estimate.Score, EstimateBody.Of(estimate))
                {
                    ScoredAt = time.GetUtcNow(),
                    Service = answer.Service,
                    Model = $"{estimate.Model} {estimate.Version}",
                    Unit = beside.Unit,
                    Stage = version.Stage,
                    Took = (int)Math.Min(took.TotalMicroseconds, int.MaxValue),
                });
            }
            catch (Exception wrong) when (wrong is not OperationCanceledException)
            {
                // A version that fails is on trial: whatever it throws must not end the scoring of the others.
                Interlocked.Increment(ref failed);
                tell(wrong);
            }
        }
    }

    private sealed record Waiting(CdsService Service, HookAnswer Answer, long Size)
    {
        public override string ToString() => nameof(Waiting);
    }
}
