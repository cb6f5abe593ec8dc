using System.Globalization;
using System.Text;

namespace DatacenterOst.Fhir.Units;

/// <summary>
/// A unit in base units: a factor, the exponents of the base units (ordered by code), and for special units the function
/// between the unit's scale and that of the base units.
/// </summary>
internal sealed class UnitTerm
{
    private readonly (string Code, int Exponent)[] dimension;

    private UnitTerm(Rational factor, (string, int)[] dimension, SpecialFunction? function, Rational prefix, bool isUnusable)
    {
        (Factor, this.dimension, Function, Prefix, IsUnusable) = (factor, dimension, function, prefix, isUnusable);
        Canonical = Text(dimension);
    }

    public static UnitTerm One { get; } = new(Rational.One, [], null, Rational.One, false);
    public Rational Factor { get; }
    public SpecialFunction? Function { get; }

    /// <summary>The number by which a value in a special unit is multiplied before its function, 1/10 for dB.</summary>
    public Rational Prefix { get; }

    /// <summary>A product with a logarithmic unit: well formed, but it has no value to convert.</summary>
    public bool IsUnusable { get; }

    /// <summary>The base units as UCUM text, "g.m-3"; "1" without any. Equal for commensurable units only.</summary>
    public string Canonical { get; }

    public static UnitTerm Of(string code) => new(Rational.One, [(code, 1)], null, Rational.One, false);
    public static UnitTerm Number(Rational value) => new(value, [], null, Rational.One, false);

    /// <summary>The base units of this unit, with the factor 1.</summary>
    public UnitTerm Base => new(Rational.One, dimension, null, Rational.One, false);

    public UnitTerm WithFunction(SpecialFunction function) => new(Factor, dimension, function, Rational.One, false);

    public UnitTerm Scale(Rational factor) => Function is null
        ? new UnitTerm(Factor * factor, dimension, null, Rational.One, IsUnusable)
        : new UnitTerm(Factor, dimension, Function, Prefix * factor, IsUnusable);

    public UnitTerm Power(int exponent)
    {
        if (exponent == 1) return this;
        if (exponent == 0) return One;
        var plain = AsFactor();
        return new UnitTerm(plain.Factor.Pow(exponent), [.. dimension.Select(d => (d.Code, d.Exponent * exponent))], null, Rational.One, plain.IsUnusable);
    }

    public UnitTerm Times(UnitTerm other)
    {
        // A pure number may stand before a special unit; 10.Cel is a scale of tens of degrees.
        if (other is { dimension.Length: 0, Function: null }) return Scale(other.Factor);
        if (this is { dimension.Length: 0, Function: null }) return other.Scale(Factor);
        var (a, b) = (AsFactor(), other.AsFactor());
        var sum = a.dimension.Concat(b.dimension).GroupBy(d => d.Code, StringComparer.Ordinal)
            .Select(g => (Code: g.Key, Exponent: g.Sum(d => d.Exponent))).Where(d => d.Exponent != 0)
            .OrderBy(d => d.Code, StringComparer.Ordinal);
        return new UnitTerm(a.Factor * b.Factor, [.. sum], null, Rational.One, a.IsUnusable || b.IsUnusable);
    }

    /// <summary>In a product a temperature scale stands for its interval (W/(m2.Cel) is per kelvin); a logarithm has no meaning there.</summary>
    private UnitTerm AsFactor() => Function is null ? this : new UnitTerm(Factor * Prefix, dimension, null, Rational.One, !Function.IsInterval);

    private static string Text((string Code, int Exponent)[] dimension)
    {
        if (dimension.Length == 0) return "1";
        var text = new StringBuilder();
        foreach (var (code, exponent) in dimension)
        {
            if (text.Length > 0) text.Append('.');
            text.Append(code);
            if (exponent != 1) text.Append(exponent.ToString(CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
