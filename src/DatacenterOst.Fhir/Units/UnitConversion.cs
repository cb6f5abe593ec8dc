using System.Numerics;

namespace DatacenterOst.Fhir.Units;

/// <summary>From one unit to a commensurable one.</summary>
internal sealed class UnitConversion
{
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
        isSimple = ratio.Numerator < long.MaxValue && ratio.Denominator < long.MaxValue;
        if (isSimple) (multiplier, divisor) = ((decimal)ratio.Numerator, (decimal)ratio.Denominator);
    }

    public bool TryApply(decimal value, out decimal result)
    {
        result = 0;
        if (isSimple && Math.Abs(value) < 1_000_000_000m)
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
