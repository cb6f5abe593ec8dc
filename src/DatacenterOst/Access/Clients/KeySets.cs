using System.Collections.Concurrent;

namespace DatacenterOst.Access.Clients;

/// <summary>Fetches the bytes of a JWK Set; null when it cannot be had within the limits of time and size.</summary>
public delegate Task<ReadOnlyMemory<byte>?> KeySetFetch(string address, CancellationToken cancellationToken);

/// <summary>
/// JWK Sets of registered addresses, as they were a few minutes ago at most. A kid that is not in a set makes it be fetched once
/// more, so that a rotated key works at once; a stranger who makes up kids causes one fetch in a while and no more.
/// </summary>
public sealed class KeySets(KeySetFetch fetch, TimeProvider time)
{
    /// <summary>A key that its owner has taken out of the set is believed for so long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>From one fetch for an unknown kid to the next.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    /// <summary>From a fetch that failed to the next.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    // Addresses come from registrations alone, which bounds their number.
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>The keys of that kid; none when the set does not have it or cannot be had.</summary>
    public async Task<IReadOnlyList<ClientKey>> Find(string address, string kid, CancellationToken cancellationToken)
    {
        var entry = entries.GetOrAdd(address, _ => new Entry());
        if (entry.Known(kid, time.GetUtcNow()) is { } known)
            return known;

        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            // Another may have fetched it meanwhile.
            if (entry.Known(kid, time.GetUtcNow()) is { } fetched)
                return fetched;
            if (entry.MayFetch(time.GetUtcNow()))
                entry.Take(await fetch(address, cancellationToken) is { } bytes ? KeySetReading.Read(bytes) : null, time.GetUtcNow());
            return entry.Known(kid, time.GetUtcNow()) ?? [];
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private sealed class Entry
    {
        private volatile State state = new([], DateTimeOffset.MinValue, DateTimeOffset.MinValue);

        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>Null when the set is too old or does not have the kid.</summary>
        public List<ClientKey>? Known(string kid, DateTimeOffset now)
        {
            var (keys, fetched, _) = state;
            if (now - fetched >= Lifetime)
                return null;
            var found = keys.Where(key => key.Id == kid).ToList();
            return found.Count > 0 ? found : null;
        }

        /// <summary>Whether a fetch is due; one for an unknown kid counts from now.</summary>
        public bool MayFetch(DateTimeOffset now)
        {
            var (keys, fetched, looked) = state;
            var isStale = now - fetched >= Lifetime;
            if (!isStale && now - looked < BetweenLooks)
                return false;
            if (isStale && now - looked < AfterFailure)
                return false;
            if (!isStale)
                state = new State(keys, fetched, now);
            return true;
        }

        public void Take(IReadOnlyList<ClientKey>? keys, DateTimeOffset now)
        {
            // A set that cannot be had leaves the one before it for the rest of its time, and is not asked again at once.
            state = keys is null ? state with { Looked = now } : new State(keys, now, state.Looked);
        }

        private sealed record State(IReadOnlyList<ClientKey> Keys, DateTimeOffset Fetched, DateTimeOffset Looked);
    }
}
