using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Normalise;

/// <summary>How values of one code in one unit become values in the canonical unit; or why they cannot.</summary>
internal sealed record UnitPlan
{
    private enum Step : byte
    {
        Keep,
        Scale,
        Shift,
        Special,
    }

    private Step step;
    private decimal factor = 1;
    private decimal offset;
    private string from = "";

    private UnitPlan(string unit, string rule) => (Unit, Rule) = (unit, rule);

    /// <summary>Canonical UCUM unit of the values that come out.</summary>
    public string Unit { get; }

    public string Rule { get; }

    /// <summary>Set where the unit is missing, unknown or cannot be converted.</summary>
    public Refusal? Refusal { get; private init; }

    public static UnitPlan Refuse(string reason, string message, string subject) =>
        new("", "") { Refusal = new Refusal(reason, message, subject) };

    public static UnitPlan Keep(string unit, string rule) => new(unit, rule);

    /// <summary>canonical = value × factor.</summary>
    public static UnitPlan Scale(string unit, decimal factor, string rule) =>
        new(unit, rule) { step = factor == 1 ? Step.Keep : Step.Scale, factor = factor };

    /// <summary>canonical = value × factor + offset.</summary>
    public static UnitPlan Shift(string unit, decimal factor, decimal offset, string rule) =>
        offset == 0 ? Scale(unit, factor, rule) : new(unit, rule) { step = Step.Shift, factor = factor, offset = offset };

    /// <summary>A scale of its own, such as degrees Fahrenheit: UCUM is asked for each value.</summary>
    public static UnitPlan Special(string unit, string from, string rule) => new(unit, rule) { step = Step.Special, from = from };

    /// <summary>
    /// False where the number is beyond what can be stored. A converted number keeps the digits of its source and two
    /// more, so that converting it back and rounding gives what the source wrote.
    /// </summary>
    public bool TryApply(in ReadValue value, out decimal result)
    {
        result = value.Number;
        switch (step)
        {
            case Step.Keep:
                result = Significant.Round(value.Number, Significant.MaxDigits);
                return true;
            case Step.Scale:
                if (!Fits((double)value.Number * (double)factor)) return false;
                result = Significant.Round(value.Number * factor, value.Digits + 2);
                return result != 0 || value.Number == 0;
            case Step.Shift:
                if (!Fits((double)value.Number * (double)factor)) return false;
                result = Significant.RoundDecimals((value.Number * factor) + offset, value.Decimals + 2);
                return true;
            default:
                if (!Ucum.TryConvert(value.Number, from, Unit, out result)) return false;
                result = Significant.RoundDecimals(result, value.Decimals + 2);
                return true;
        }
    }

    // A decimal ends at 7.9 × 10^28.
    private static bool Fits(double product) => Math.Abs(product) < 1e28;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{step} ×{factor} +{offset} → {Unit}");
}
