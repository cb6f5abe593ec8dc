using System.Collections.Concurrent;

namespace DatacenterOst.Store.Kept;

/// <summary>
/// Bodies of versions that were read lately, opened. A version never changes, so that a body is right for as long as the store says
/// that its version is the one asked for; what is current is asked of the store each time. Bounded: when the newer half is full it
/// becomes the older, and what was older and not read meanwhile is forgotten.
/// </summary>
internal sealed class OpenedBodies
{
    /// <summary>Bytes in each half, 20,000 results of a laboratory.</summary>
    private const int MaxHalf = 16 * 1024 * 1024;

    /// <summary>A larger one would push out too many others, and is seldom read twice.</summary>
    private const int MaxBody = 64 * 1024;

    /// <summary>What an entry takes beside its body.</summary>
    private const int Overhead = 160;

    private ConcurrentDictionary<(short Type, string Id), Opened> newer = new();
    private ConcurrentDictionary<(short Type, string Id), Opened> older = new();
    private int bytes;

    /// <param name="StoredAt">The stamp of the version, which no other version has.</param>
    public sealed record Opened(long StoredAt, byte[] Body);

    public Opened? Find((short Type, string Id) key)
    {
        if (newer.TryGetValue(key, out var found))
            return found;
        if (older.TryGetValue(key, out found))
            Keep(key, found);
        return found;
    }

    public void Keep((short Type, string Id) key, Opened opened)
    {
        if (opened.Body.Length > MaxBody)
            return;
        newer[key] = opened;
        if (Interlocked.Add(ref bytes, opened.Body.Length + Overhead) < MaxHalf)
            return;
        // Two at once may both do this, and forget more than they need to.
        Interlocked.Exchange(ref bytes, 0);
        older = newer;
        newer = new();
    }
}
