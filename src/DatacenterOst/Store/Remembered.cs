using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace DatacenterOst.Store;

/// <summary>
/// What was looked up once and never changes. When there is too much of it, what nobody asked for since the last time is forgotten: what a
/// batch in progress relies on is not.
/// </summary>
/// <param name="most">Entries that may be remembered as new; as many again stay from before.</param>
internal sealed class Remembered<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly Lock turning = new();
    private volatile ConcurrentDictionary<TKey, TValue> recent = new();
    private volatile ConcurrentDictionary<TKey, TValue> before = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (recent.TryGetValue(key, out value)) return true;
        if (!before.TryGetValue(key, out value)) return false;
        Add(key, value);
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        if (recent.Count >= most) Turn();
        recent[key] = value;
    }

    private void Turn()
    {
        lock (turning)
        {
            if (recent.Count < most) return;

            // In this order: whoever looks meanwhile finds it in one of the two.
            before = recent;
            recent = new ConcurrentDictionary<TKey, TValue>();
        }
    }
}
