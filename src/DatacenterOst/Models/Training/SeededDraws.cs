namespace DatacenterOst.Models.Training;

/// <summary>
/// Random draws that a seed decides alone: the same on every machine, runtime and number of threads. SplitMix64 (Steele, Lea,
/// Flood, OOPSLA 2014); <see cref="Random"/> promises no sequence across versions of the platform.
/// </summary>
internal sealed class SeededDraws(ulong seed)
{
    private ulong state = seed;

    /// <summary>A stream of its own for a part of the work (a fold, a tree), so that no part depends on the order of the others.</summary>
    public static SeededDraws For(ulong seed, int part) => new(new SeededDraws(seed ^ (0xD1B54A32D192ED03UL * (ulong)(part + 1))).Next());

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to 1, 1 left out.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 to below <paramref name="count"/>.</summary>
    public int Below(int count) => (int)(((UInt128)Next() * (UInt128)count) >> 64);

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(T[] items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
