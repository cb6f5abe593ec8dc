namespace DatacenterOst.Features;

/// <summary>What is done to a finished number: first held within bounds, then its natural logarithm taken.</summary>
public sealed record ValueTransform(decimal? Low, decimal? High, bool Log)
{
    public static readonly ValueTransform None = new(null, null, false);

    internal Aggregate Apply(in Aggregate found)
    {
        var (exact, number) = (found.Exact, found.Number);
        if (number is null) return found;
        if (number < (double?)Low) (exact, number) = (Low, (double?)Low);
        if (number > (double?)High) (exact, number) = (High, (double?)High);
        if (!Log) return found with { Exact = exact, Number = number };

        // There is no logarithm of what is not above zero, and no number that could stand for it.
        return number > 0 ? found with { Exact = null, Number = Math.Log(number.Value) } : found.Without(MissingReason.Implausible);
    }
}
