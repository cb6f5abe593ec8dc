using System.Threading.Channels;
using DatacenterOst.Access;
using DatacenterOst.Normalise;
using DatacenterOst.Sources;

namespace DatacenterOst.Store;

/// <summary>
/// The way into the store. What Write returns from is committed and durable; the same again changes nothing.
/// </summary>
public sealed class Intake(StoreDatabase database)
{
    /// <summary>Records in one transaction: large enough to share the flush of a commit, small enough to hold in memory.</summary>
    public const int MaxBatchRecords = 1_000;

    /// <summary>Raw bytes in one transaction.</summary>
    public const int MaxBatchBytes = 2 * 1024 * 1024;

    /// <summary>Batches that wait while one is written.</summary>
    private const int MaxWaiting = 1;

    /// <summary>Times a batch is tried when other writers are in its way.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Stores one batch in one transaction and tells what became of each record, in their order.</summary>
    /// <exception cref="Clinical.Problem">Unavailable when the database cannot be reached, or did not confirm the commit.</exception>
    public async Task<IReadOnlyList<RecordOutcome>> Write(
        string profile, IReadOnlyList<Arrival> arrivals, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(profile);
        ArgumentNullException.ThrowIfNull(arrivals);
        ArgumentNullException.ThrowIfNull(caller);
        return Outcomes(await WriteInHand(profile, arrivals, IntakeRules.EachByItself, cancellationToken));
    }

    /// <summary>
    /// Normalises and stores a whole stream: while one batch is written the next is read. Stops at the first error of
    /// the store; what was committed until then stays.
    /// </summary>
    /// <param name="normalise">The raw record and its arrival → what is to be stored.</param>
    public async Task<IntakeSummary> Run(
        string profile,
        IAsyncEnumerable<RawRecord> records,
        Func<RawRecord, DateTimeOffset, NormalRecord> normalise,
        Caller caller,
        IProgress<IntakeProgress>? progress,
        CancellationToken cancellationToken)
    {
        var began = database.Time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = Channel.CreateBounded<List<Arrival>>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadBatches(profile, records, normalise, waiting.Writer, stop.Token), stop.Token);
        var summary = IntakeSummary.Empty;
        var bytes = 0L;
        var disowned = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            await foreach (var batch in waiting.Reader.ReadAllAsync(stop.Token))
            {
                var outcomes = await WriteSideBySide(profile, batch, disowned, stop.Token);
                bytes += batch.Sum(arrival => (long)arrival.Record.Raw.Bytes.Length);
                summary = summary.With(outcomes.SelectMany(outcome => outcome.Items), database.Time.GetElapsedTime(began));
                progress?.Report(new IntakeProgress(summary, bytes));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        return summary with { Duration = database.Time.GetElapsedTime(began) };
    }

    internal async Task<IReadOnlyList<RecordInHand>> WriteInHand(
        string profile, IReadOnlyList<Arrival> arrivals, IntakeRules rules, CancellationToken cancellationToken) => await Retried(
        attempt => new IntakeBatch(database, profile, attempt == 1 ? arrivals : AllLookedFor(arrivals), rules, []).Write(cancellationToken), cancellationToken);

    // An id that was taken for new may be there after all: from the second attempt on everything is looked for.
    private static List<Arrival> AllLookedFor(IReadOnlyList<Arrival> arrivals)
        => [.. arrivals.Select(arrival => arrival with { Write = arrival.Write with { IsOfNewId = false } })];

    private async Task<List<RecordOutcome>> WriteSideBySide(string profile, List<Arrival> arrivals, HashSet<string> disowned, CancellationToken cancellationToken)
    {
        var batch = new IntakeBatch(database, profile, arrivals, IntakeRules.EachByItself, disowned);
        if (database.Dialect.PartsAtOnce == 1) return Outcomes(await Retried(_ => batch.Write(cancellationToken), cancellationToken));
        var parts = await Retried(_ => batch.Divide(cancellationToken), cancellationToken);
        var written = await Task.WhenAll(parts.Select(part => Task.Run(() => Retried(_ => batch.Write(part, cancellationToken), cancellationToken), cancellationToken)));
        return Outcomes(written.SelectMany(part => part));
    }

    private async Task<T> Retried<T>(Func<int, Task<T>> write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write(attempt);
            }
            catch (Exception failed) when (attempt < MaxAttempts && database.Dialect.IsWorthRetrying(failed))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10 * attempt), database.Time, cancellationToken);
            }
        }
    }

    private static List<RecordOutcome> Outcomes(IEnumerable<RecordInHand> written) => [.. written.Select(record => record.Outcome())];

    private async Task ReadBatches(
        string profile,
        IAsyncEnumerable<RawRecord> records,
        Func<RawRecord, DateTimeOffset, NormalRecord> normalise,
        ChannelWriter<List<Arrival>> batches,
        CancellationToken cancellationToken)
    {
        try
        {
            var batch = new List<Arrival>();
            var bytes = 0;
            await foreach (var record in records.WithCancellation(cancellationToken))
            {
                var arrivedAt = database.Time.GetUtcNow();
                batch.Add(new Arrival(normalise(record, arrivedAt), arrivedAt).Prepared(profile, database.Indexed));
                bytes += record.Bytes.Length;
                if (batch.Count >= MaxBatchRecords || bytes >= MaxBatchBytes)
                {
                    await batches.WriteAsync(batch, cancellationToken);
                    batch = [];
                    bytes = 0;
                }
            }

            if (batch.Count > 0)
            {
                await batches.WriteAsync(batch, cancellationToken);
            }

            batches.Complete();
        }
        catch (Exception failed)
        {
            // The writing side throws it again when it comes to the end of what was read.
            batches.Complete(failed);
        }
    }
}
