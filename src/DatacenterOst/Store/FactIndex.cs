using System.Buffers;
using DatacenterOst.Clinical;

namespace DatacenterOst.Store;

/// <summary>
/// Facts of which no two share something. Its tables are rented: those of a dictionary over some thousand facts are so large that they are
/// only collected with the oldest of objects, which took a third of the time of a request for features.
/// </summary>
/// <param name="most">Facts that there may be.</param>
/// <param name="hash">Equal for facts that share it.</param>
internal sealed class FactIndex(int most, Func<Fact, int> hash, Func<Fact, Fact, bool> share) : IDisposable
{
    private readonly int mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * most, 16)) - 1;
    private readonly int[] next = ArrayPool<int>.Shared.Rent(Math.Max(most, 1));
    private int[]? heads;

    /// <summary>In the order that the first of each came.</summary>
    public List<Fact> Facts { get; } = new(most);

    /// <summary>Adds the fact, or puts it in the place of the one that it shares it with where it goes before that.</summary>
    public void Add(Fact fact, Func<Fact, Fact, bool> goesBefore)
    {
        heads ??= Empty();
        ref var head = ref heads[hash(fact) & mask];
        for (var place = head - 1; place >= 0; place = next[place])
        {
            if (!share(Facts[place], fact)) continue;
            if (goesBefore(fact, Facts[place])) Facts[place] = fact;
            return;
        }

        next[Facts.Count] = head - 1;
        Facts.Add(fact);
        head = Facts.Count;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(next);
        if (heads is not null) ArrayPool<int>.Shared.Return(heads);
    }

    private int[] Empty()
    {
        var rented = ArrayPool<int>.Shared.Rent(mask + 1);
        rented.AsSpan(0, mask + 1).Clear();
        return rented;
    }
}
