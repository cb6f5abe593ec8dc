using System.Collections.Concurrent;
using System.Numerics;
using DatacenterOst.Fhir.Units;

namespace DatacenterOst.Fhir;

/// <summary>
/// The Unified Code for Units of Measure 2.2, case sensitive codes: read, validate, compare, convert. Factors are exact fractions;
/// a result is rounded once, to 28 digits. Arbitrary units such as [IU] are commensurable only with themselves.
/// </summary>
public static partial class Ucum
{
    // A hospital uses a few hundred units; beyond this many, codes are read anew each time.
    private const int MaxCached = 4096;
    private static readonly ConcurrentDictionary<string, Unit> Units = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<(string From, string To), UnitConversion> Conversions = new();

    /// <summary>Reads a unit; false where it is not valid UCUM.</summary>
    public static bool TryParse(string? code, out Unit unit)
    {
        unit = null!;
        if (code is null) return false;
        if (Units.TryGetValue(code, out unit!)) return true;
        try
        {
            unit = Parse(code);
            return true;
        }
        catch (UcumException)
        {
            return false;
        }
    }

    /// <summary>Reads a unit; throws <see cref="UcumException"/> with the place and what to write instead.</summary>
    public static Unit Parse(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (Units.TryGetValue(code, out var unit)) return unit;
        unit = new Unit(code, UnitParser.Parse(code, UnitTable.Current));
        if (Units.Count < MaxCached) Units.TryAdd(code, unit);
        return unit;
    }

    /// <summary>What is wrong with the unit, in plain words; null where it is valid.</summary>
    public static string? Validate(string code)
    {
        try
        {
            Parse(code);
            return null;
        }
        catch (UcumException e)
        {
            return e.Message;
        }
    }

    /// <summary>True where both are valid and measure the same kind of quantity, so that values can be converted.</summary>
    public static bool Commensurable(string a, string b) => TryParse(a, out var x) && TryParse(b, out var y) && Commensurable(x, y);

    /// <summary>True where both measure the same kind of quantity, so that values can be converted.</summary>
    public static bool Commensurable(Unit a, Unit b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Canonical == b.Canonical && !a.Term.IsUnusable && !b.Term.IsUnusable;
    }

    /// <summary>Converts a value; throws <see cref="UcumException"/> where a unit is not valid, the units do not measure the same, or the result fits no decimal.</summary>
    public static decimal Convert(decimal value, string from, string to)
    {
        if (TryConvert(value, from, to, out var result)) return result;
        var (source, target) = (Parse(from), Parse(to));
        throw new UcumException(Commensurable(source, target)
            ? $"{value} {from} is beyond the numbers that {to} can express here"
            : $"'{from}' ({source.Canonical}) and '{to}' ({target.Canonical}) measure different quantities; a conversion between mass and amount needs the substance's molar mass");
    }

    /// <summary>Converts a value; false where <see cref="Convert"/> would throw.</summary>
    public static bool TryConvert(decimal value, string from, string to, out decimal result)
    {
        result = value;
        if (from is null || to is null) return false;
        return TryFindConversion(from, to, out var conversion) && conversion.TryApply(value, out result);
    }

    /// <summary>Converts between mass and amount of substance ("mg/dL" to "mmol/L") with the substance's molar mass in g/mol.</summary>
    public static bool TryConvert(decimal value, string from, string to, decimal gramsPerMole, out decimal result)
    {
        result = value;
        if (gramsPerMole <= 0 || !TryParse(from, out var source) || !TryParse(to, out var target)) return false;
        if (Commensurable(source, target)) return TryConvert(value, from, to, out result);
        // UCUM's mole is a number, so that a mole of the substance is that number of particles and gramsPerMole grams.
        var gramsPerParticle = Rational.Of(gramsPerMole) / Parse("mol").Term.Factor;
        var isToAmount = Dimension(target, "g").Canonical == source.Canonical;
        if (!isToAmount && Dimension(source, "g").Canonical != target.Canonical) return false;
        if (source.IsSpecial || target.IsSpecial) return false;
        var ratio = Rational.Of(value) * source.Term.Factor / target.Term.Factor;
        return (isToAmount ? ratio / gramsPerParticle : ratio * gramsPerParticle).TryToDecimal(out result);
    }

    /// <summary>The value in base units and their code: 1 mmol/L and 0.001 mol/L give the same.</summary>
    public static bool TryCanonicalise(decimal value, string code, out decimal canonical, out string unit)
    {
        (canonical, unit) = (value, code);
        if (!TryParse(code, out var parsed)) return false;
        unit = parsed.Canonical;
        return parsed.ToBase.TryApply(value, out canonical);
    }

    private static UnitTerm Dimension(Unit unit, string factor) => unit.Term.Times(UnitTerm.Of(factor));

    private static bool TryFindConversion(string from, string to, out UnitConversion conversion)
    {
        if (Conversions.TryGetValue((from, to), out conversion!)) return true;
        if (!TryParse(from, out var source) || !TryParse(to, out var target) || !Commensurable(source, target)) return false;
        conversion = new UnitConversion(source.Term, target.Term);
        if (Conversions.Count < MaxCached) Conversions.TryAdd((from, to), conversion);
        return true;
    }
}
