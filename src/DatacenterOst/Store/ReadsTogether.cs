namespace DatacenterOst.Store;

/// <summary>
/// Reads by key that share a round trip: what is asked while the database answers others waits for it and goes with the next.
/// A caller that finds nobody asking goes at once, so that nobody waits for a timer. Each read begins after it was asked for, so
/// that a caller always reads what was written before. A caller who leaves meanwhile does not stop it, since others wait for the
/// same answer.
/// </summary>
/// <param name="read">Reads several, one result for each key in its order.</param>
internal sealed class ReadsTogether<TKey, TFound>(Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyList<TFound>>> read)
{
    /// <summary>Keys in one round trip; more would make the first wait for the last.</summary>
    private const int MaxTogether = 64;

    /// <summary>Round trips at a time: while the answer of one is taken apart, the database works on the other.</summary>
    private const int MaxAtOnce = 2;

    /// <summary>No read by key takes as long; one that does has lost its database.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Queue<Waiting> waiting = new();
    private int underWay;

    public Task<TFound> Read(TKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new Waiting(key);
        lock (gate)
        {
            if (underWay == MaxAtOnce)
            {
                waiting.Enqueue(mine);
                return mine.Found.Task;
            }

            underWay++;
        }

        _ = Go([mine], CancellationToken.None);
        return mine.Found.Task;
    }

    private async Task Go(List<Waiting> together, CancellationToken cancellationToken)
    {
        IReadOnlyList<TFound>? found = null;
        Exception? failure = null;
        try
        {
            using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            longest.CancelAfter(Longest);
            found = await read([.. together.Select(one => one.Key)], longest.Token).ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            failure = failed;
        }

        // The next are sent before these are handed out, so that the database is not idle meanwhile.
        Next();
        for (var number = 0; number < together.Count; number++)
        {
            if (found is not null)
                together[number].Found.TrySetResult(found[number]);
            else
                together[number].Found.TrySetException(failure!);
        }
    }

    private void Next()
    {
        List<Waiting> next;
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                underWay--;
                return;
            }

            next = new List<Waiting>(Math.Min(waiting.Count, MaxTogether));
            while (next.Count < MaxTogether && waiting.TryDequeue(out var one))
                next.Add(one);
        }

        _ = Go(next, CancellationToken.None);
    }

    private sealed class Waiting(TKey key)
    {
        public TKey Key { get; } = key;

        public TaskCompletionSource<TFound> Found { get; } = new();
    }
}
