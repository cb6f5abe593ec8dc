using DatacenterOst.Fhir.Units;

namespace DatacenterOst.Fhir;

public static partial class Ucum
{
    /// <summary>
    /// Converts and keeps as many significant digits as the value was written with: 6.30 [in_i] is 0.160 m, not 0.16002 m.
    /// A value without a decimal point counts as exact.
    /// </summary>
    public static decimal ConvertSignificant(decimal value, string from, string to) => Significant(Convert(value, from, to), Digits(value));

    /// <summary>
    /// The same between mass and amount of substance, with the substance's molar mass in g/mol, whose digits limit the result as well; throws <see cref="UcumException"/> where
    /// neither is the other, or the result fits no decimal.
    /// </summary>
    public static decimal ConvertSignificant(decimal value, string from, string to, decimal gramsPerMole) =>
        TryConvert(value, from, to, gramsPerMole, out var result) ? Significant(result, Math.Min(Digits(value), Commensurable(from, to) ? MostDigits : Digits(gramsPerMole))) : ConvertSignificant(value, from, to);

    /// <summary>The product of two quantities in base units, to the fewer significant digits of the two; throws <see cref="UcumException"/> where it has no meaning.</summary>
    public static (decimal Value, string Unit) Multiply(decimal a, string unitA, decimal b, string unitB) => Combine(a, unitA, b, unitB, 1);

    /// <summary>The quotient of two quantities in base units, to the fewer significant digits of the two.</summary>
    public static (decimal Value, string Unit) Divide(decimal a, string unitA, decimal b, string unitB) => Combine(a, unitA, b, unitB, -1);

    private static (decimal Value, string Unit) Combine(decimal a, string unitA, decimal b, string unitB, int power)
    {
        var (first, second) = (Parse(unitA), Parse(unitB));
        if (b == 0 && power < 0) throw new UcumException("A quantity cannot be divided by zero");
        if (first.IsSpecial || second.IsSpecial) throw new UcumException("Values on special scales (Cel, [pH], dB) cannot be multiplied; convert them first");
        var unit = first.Term.Times(second.Term.Power(power));
        var number = Rational.Of(a) * Rational.Of(b).Pow(power) * unit.Factor;
        if (!number.TryToDecimal(out var value)) throw new UcumException("The result is beyond the numbers that a decimal holds");
        return (Significant(value, Math.Min(Digits(a), Digits(b))), unit.Canonical);
    }

    // What a decimal holds; an exact number limits nothing.
    private const int MostDigits = 28;

    // The digits of 6.30 are those of the whole number 630; leading zeros never count.
    private static int Digits(decimal value)
    {
        if (value.Scale == 0 || value == 0) return MostDigits;
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = 1;
        for (var rest = new decimal(bits[0], bits[1], bits[2], false, 0); rest >= 10; rest = decimal.Truncate(rest / 10)) digits++;
        return digits;
    }

    private static decimal Significant(decimal value, int digits)
    {
        if (value == 0) return value;
        var magnitude = (int)Math.Floor(Math.Log10((double)Math.Abs(value)));
        var decimals = digits - 1 - magnitude;
        if (decimals is >= 0 and <= 28) return decimals < value.Scale ? Math.Round(value, decimals) : value;
        if (decimals > 28) return value;
        var unit = Rational.Parse("1e" + -decimals);
        (Rational.Of(value) / unit).TryToDecimal(out var units);
        return (Rational.Of(Math.Round(units)) * unit).TryToDecimal(out var rounded) ? rounded : value;
    }
}
