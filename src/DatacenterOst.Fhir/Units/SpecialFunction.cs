namespace DatacenterOst.Fhir.Units;

/// <summary>
/// The functions of UCUM's special units (UCUM §21–22): a value on the unit's scale to a number in its proper unit and back.
/// Temperatures are exact; the rest goes through double and is good to 13 digits.
/// </summary>
internal sealed class SpecialFunction
{
    private readonly Func<double, double>? from;
    private readonly Func<double, double>? to;
    private readonly Rational offset;

    private SpecialFunction(Rational offset) => this.offset = offset;
    private SpecialFunction(Func<double, double> from, Func<double, double> to) => (this.from, this.to) = (from, to);

    /// <summary>A scale with another zero but equal steps.</summary>
    public bool IsInterval => from is null;

    public static SpecialFunction Named(string name) => name switch
    {
        "Cel" => new(Rational.Parse("273.15")),
        "degF" => new(Rational.Parse("459.67")),
        "degRe" => new(Rational.Parse("218.52")),
        "pH" or "hpX" => new(x => Math.Pow(10, -x), x => -Math.Log10(x)),
        "ln" => new(Math.Exp, Math.Log),
        "lg" => new(x => Math.Pow(10, x), Math.Log10),
        "lgTimes2" => new(x => Math.Pow(10, x / 2), x => 2 * Math.Log10(x)),
        "ld" => new(x => Math.Pow(2, x), Math.Log2),
        "sqrt" => new(x => x * x, Math.Sqrt),
        "tanTimes100" => new(x => Math.Atan(x / 100), x => Math.Tan(x) * 100),
        "100tan" => new(x => Math.Atan(x / 100) * 180 / Math.PI, x => Math.Tan(x * Math.PI / 180) * 100),
        "hpC" => new(x => Math.Pow(100, -x), x => -Math.Log(x, 100)),
        "hpM" => new(x => Math.Pow(1000, -x), x => -Math.Log(x, 1000)),
        "hpQ" => new(x => Math.Pow(50000, -x), x => -Math.Log(x, 50000)),
        _ => throw new InvalidOperationException($"UCUM's function {name} is not known."),
    };

    /// <summary>From the unit's scale to its proper unit; false where the result is no number.</summary>
    public bool TryToProper(Rational value, out Rational proper)
    {
        proper = value;
        if (from is not null) return TryOf(from(value.ToDouble()), out proper);
        proper = value + offset;
        return true;
    }

    public bool TryFromProper(Rational proper, out Rational value)
    {
        value = proper;
        if (to is not null) return TryOf(to(proper.ToDouble()), out value);
        value = proper - offset;
        return true;
    }

    private static bool TryOf(double number, out Rational value)
    {
        value = Rational.One;
        if (!double.IsFinite(number)) return false;
        // 13 digits are what survives the functions; the rest would be noise.
        value = Rational.Parse(number.ToString("E12", System.Globalization.CultureInfo.InvariantCulture));
        return true;
    }
}
