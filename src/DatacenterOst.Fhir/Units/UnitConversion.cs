using System.Numerics;

namespace DatacenterOst.Fhir.Units;

/// <summary>From one unit to a commensurable one.</summary>
internal sealed class UnitConversion
{
    // UCUM's mole is 6.0221367E23; a decimal holds that and 100,000 times more.
    private static readonly BigInteger Largest = BigInteger.Pow(10, 27);
    private readonly UnitTerm from;
    private readonly UnitTerm to;
    private readonly decimal multiplier;
    private readonly decimal divisor;
    private readonly bool isSimple;

    public UnitConversion(UnitTerm from, UnitTerm to)
    {
        (this.from, this.to) = (from, to);
        if (from.Function is not null || to.Function is not null) return;
        var ratio = from.Factor / to.Factor;
        // Where both parts are small, decimal arithmetic is exact up to its own last digit and ten times faster.
        isSimple = ratio.Numerator < Largest && ratio.Denominator < Largest;
        if (isSimple) (multiplier, divisor) = ((decimal)ratio.Numerator, (decimal)ratio.Denominator);
    }

    public bool TryApply(decimal value, out decimal result)
    {
        result = 0;
        if (isSimple && Math.Abs((double)value) * (double)multiplier < 1e27)
        {
            result = divisor == 1 ? value * multiplier : multiplier == 1 ? value / divisor : value * multiplier / divisor;
            return result != 0 || value == 0;
        }
        return ToBase(from, Rational.Of(value), out var number) && FromBase(to, number, out number) && number.TryToDecimal(out result);
    }

    public static bool ToBase(UnitTerm unit, Rational value, out Rational number)
    {
        number = value * unit.Prefix;
        if (unit.IsUnusable || (unit.Function is not null && !unit.Function.TryToProper(number, out number))) return false;
        number *= unit.Factor;
        return true;
    }

    private static bool FromBase(UnitTerm unit, Rational number, out Rational value)
    {
        value = number / unit.Factor;
        if (unit.IsUnusable || (unit.Function is not null && !unit.Function.TryFromProper(value, out value))) return false;
        value /= unit.Prefix;
        return true;
    }
}
