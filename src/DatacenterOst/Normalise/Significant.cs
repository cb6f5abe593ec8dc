namespace DatacenterOst.Normalise;

/// <summary>Rounding to significant digits, without trailing zeros, so that equal numbers are the same decimal.</summary>
internal static class Significant
{
    /// <summary>A double holds every decimal of 15 significant digits and gives it back unchanged (IEEE 754).</summary>
    public const int MaxDigits = 15;

    // Dividing by one with all its digits drops trailing zeros of a decimal.
    private const decimal One = 1.0000000000000000000000000000m;

    public static decimal Round(decimal value, int digits)
    {
        if (value == 0) return 0;
        var decimals = Math.Min(digits, MaxDigits) - Magnitude(Math.Abs(value));
        if (decimals >= 0) return Trim(decimals > 27 ? value : decimal.Round(value, decimals));
        var unit = Power(-decimals);
        return decimal.Round(value / unit) * unit;
    }

    public static decimal RoundDecimals(decimal value, int decimals) =>
        Round(decimal.Round(value, Math.Clamp(decimals, 0, 27)), MaxDigits);

    public static decimal Trim(decimal value) => value.Scale == 0 ? value : value / One;

    /// <summary>Digits before the decimal point; 0.012 has −1.</summary>
    private static int Magnitude(decimal value)
    {
        var magnitude = (int)Math.Floor(Math.Log10((double)value)) + 1;
        // The logarithm of 999999999999999.9 rounds up to that of 10^15: the comparison decides.
        if (magnitude is > 0 and < 29 && Power(magnitude - 1) > value) magnitude--;
        return magnitude;
    }

    private static decimal Power(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}
