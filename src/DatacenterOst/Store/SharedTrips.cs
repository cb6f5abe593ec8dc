namespace DatacenterOst.Store;

/// <summary>
/// Requests that share a round trip: what is asked while the database answers others waits for it and goes with the next.
/// A caller that finds nobody asking goes at once, so that nobody waits for a timer. Each trip begins after all that it carries was asked
/// for, so that a caller always reads what was written before. A caller who leaves meanwhile does not stop it, since others wait for the
/// same answer; when all have left, what can be stopped is.
/// </summary>
/// <param name="go">Makes the trip for several: one result for each, in their order.</param>
/// <param name="atOnce">Trips at a time.</param>
/// <param name="together">Requests in one trip; more would make the first wait for the last.</param>
internal sealed class SharedTrips<TAsked, TFound>(Func<IReadOnlyList<TAsked>, CancellationToken, Task<IReadOnlyList<TFound>>> go, int atOnce, int together)
{
    /// <summary>No trip takes as long; one that does has lost its database.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Queue<Request> waiting = new();
    private int underWay;

    /// <summary>Those that wait for the next trip.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    public Task<TFound> Ask(TAsked asked, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new Request(asked, cancellationToken);
        lock (gate)
        {
            if (underWay == atOnce)
            {
                waiting.Enqueue(mine);
                return mine.Found.Task.WaitAsync(cancellationToken);
            }

            underWay++;
        }

        _ = Go([mine], CancellationToken.None);
        return mine.Found.Task.WaitAsync(cancellationToken);
    }

    private async Task Go(List<Request> carried, CancellationToken cancellationToken)
    {
        IReadOnlyList<TFound>? found = null;
        Exception? failure = null;
        var isEmbedded = false;
        try
        {
            using var longest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            longest.CancelAfter(Longest);
            await using var leaving = new Leaving(carried, longest);
            var trip = go([.. carried.Select(one => one.Asked)], longest.Token);
            isEmbedded = trip.IsCompleted;
            found = await trip.ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            failure = failed;
        }

        // The next are sent before these are handed out, so that the database is not idle meanwhile.
        Next(isEmbedded);
        for (var number = 0; number < carried.Count; number++)
        {
            if (found is not null)
                carried[number].Found.TrySetResult(found[number]);
            else
                carried[number].Found.TrySetException(failure!);
        }
    }

    // An embedded store works on the caller's own thread: the next trip takes another, or this one would never come to hand out anything.
    private void Next(bool isEmbedded)
    {
        List<Request> next;
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                underWay--;
                return;
            }

            next = new List<Request>(Math.Min(waiting.Count, together));
            while (next.Count < together && waiting.TryDequeue(out var one))
                next.Add(one);
        }

        if (isEmbedded)
            _ = Task.Run(() => Go(next, CancellationToken.None));
        else
            _ = Go(next, CancellationToken.None);
    }

    private sealed class Request(TAsked asked, CancellationToken left)
    {
        public TAsked Asked { get; } = asked;

        /// <summary>Cancelled when the caller leaves.</summary>
        public CancellationToken Left { get; } = left;

        public TaskCompletionSource<TFound> Found { get; } = new();
    }

    /// <summary>Stops a trip when nobody waits for it any more.</summary>
    private sealed class Leaving : IAsyncDisposable
    {
        private readonly CancellationTokenRegistration[] registrations;
        private readonly CancellationTokenSource trip;
        private int staying;

        public Leaving(List<Request> carried, CancellationTokenSource trip)
        {
            this.trip = trip;
            staying = carried.Count;
            registrations = new CancellationTokenRegistration[carried.Count];
            for (var number = 0; number < carried.Count; number++)
                registrations[number] = carried[number].Left.UnsafeRegister(static leaving => ((Leaving)leaving!).Leave(), this);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var registration in registrations)
                await registration.DisposeAsync();
        }

        private void Leave()
        {
            if (Interlocked.Decrement(ref staying) == 0) trip.Cancel();
        }
    }
}
