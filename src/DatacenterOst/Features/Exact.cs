namespace DatacenterOst.Features;

/// <summary>
/// Decimal arithmetic where it cannot overflow. Clinical thresholds are decimal: 86.6 − 60.1 is 26.5 µmol/L, and in
/// binary arithmetic just less, which would miss a stage.
/// </summary>
internal static class Exact
{
    /// <summary>Well inside what decimal holds to the last digit; larger values are computed as doubles.</summary>
    private const decimal Largest = 1_000_000_000_000_000m;

    private const decimal Smallest = 0.000_000_001m;

    public static decimal? Sum(decimal? sum, decimal value) => Fits(sum) && Fits(value) ? sum + value : null;

    public static decimal? Difference(decimal? left, decimal? right) => Fits(left) && Fits(right) ? left - right : null;

    public static decimal? Quotient(decimal? left, decimal? right)
        => Fits(left) && Fits(right) && Math.Abs(right!.Value) >= Smallest ? left / right : null;

    private static bool Fits(decimal? value) => value is { } number && Math.Abs(number) <= Largest;
}
