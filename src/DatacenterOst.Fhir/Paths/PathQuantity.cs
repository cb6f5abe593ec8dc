using System.Globalization;

namespace DatacenterOst.Fhir.Paths;

/// <summary>
/// A quantity of FHIRPath: a number with a UCUM unit, or with a calendar word. Up to weeks a calendar word equals its UCUM unit;
/// months and years do not, because UCUM's are averages (FHIRPath 6.1.1).
/// </summary>
internal sealed record PathQuantity(decimal Value, string Unit, bool IsCalendar)
{
    private static readonly Dictionary<string, string> Calendar = new(StringComparer.Ordinal)
    {
        ["year"] = "a",
        ["month"] = "mo",
        ["week"] = "wk",
        ["day"] = "d",
        ["hour"] = "h",
        ["minute"] = "min",
        ["second"] = "s",
        ["millisecond"] = "ms",
    };

    /// <summary>The word in the singular, or null where it is no calendar word.</summary>
    public static string? CalendarWord(string word)
    {
        var singular = word.EndsWith('s') ? word[..^1] : word;
        return Calendar.ContainsKey(singular) ? singular : null;
    }

    /// <summary>The calendar word to add to a date; null where the unit is not one (UCUM's month and year are averages).</summary>
    public string? DurationWord => IsCalendar ? Unit : CalendarWord(Unit) ?? Unit switch
    {
        "wk" => "week",
        "d" => "day",
        "h" => "hour",
        "min" => "minute",
        "s" => "second",
        "ms" => "millisecond",
        _ => null,
    };

    private string UcumCode => IsCalendar ? Calendar[Unit] : Unit;

    /// <summary>This quantity's value in the other's unit; null where they cannot be compared.</summary>
    public decimal? ValueIn(PathQuantity other)
    {
        if (IsCalendar && other.IsCalendar && IsLong(Unit) && IsLong(other.Unit))
            return Unit == other.Unit ? Value : Unit == "year" ? Value * 12 : Value / 12;
        if ((IsCalendar && IsLong(Unit)) != (other.IsCalendar && IsLong(other.Unit))) return null;
        if (UcumCode == other.UcumCode) return Value;
        return Ucum.TryConvert(Value, UcumCode, other.UcumCode, out var value) ? value : null;
    }

    /// <summary>Both values in the coarser of the two units, because the coarser value is the less precise; null where they do not compare.</summary>
    public static (decimal A, decimal B)? InCoarserUnit(PathQuantity a, PathQuantity b)
    {
        if (a.UcumCode == b.UcumCode) return (a.Value, b.Value);
        if (!Ucum.TryConvert(1, a.UcumCode, b.UcumCode, out var ratio)) return null;
        if (ratio >= 1) return Ucum.TryConvert(b.Value, b.UcumCode, a.UcumCode, out var value) ? (a.Value, value) : null;
        return Ucum.TryConvert(a.Value, a.UcumCode, b.UcumCode, out var other) ? (other, b.Value) : null;
    }

    public bool IsComparableWith(PathQuantity other) => UcumCode == other.UcumCode || Ucum.Commensurable(UcumCode, other.UcumCode);

    public PathQuantity Times(PathQuantity other) => new(Value * other.Value, Product(UcumCode, other.UcumCode, "."), false);
    public PathQuantity Over(PathQuantity other) => new(Value / other.Value, UcumCode == other.UcumCode ? "1" : Product(UcumCode, other.UcumCode, "/"), false);

    /// <summary>Reads "1.5 'mg'", "4 days" or "4".</summary>
    public static PathQuantity? TryParse(string text)
    {
        text = text.Trim();
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.' or '+' or '-')) digits++;
        if (!decimal.TryParse(text[..digits], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || text[digits - 1] == '.') return null;
        var unit = text[digits..].Trim();
        if (unit.Length == 0) return new PathQuantity(value, "1", false);
        if (unit is ['\'', _, .., '\'']) return new PathQuantity(value, unit[1..^1], false);
        return CalendarWord(unit) is { } word ? new PathQuantity(value, word, true) : null;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (IsCalendar ? $" {Unit}" : $" '{Unit}'");

    private static bool IsLong(string unit) => unit is "year" or "month";

    private static string Product(string a, string b, string sign) => b == "1" ? a : a == "1" && sign == "." ? b : $"{a}{sign}{(b.AsSpan().ContainsAny('/', '.') ? $"({b})" : b)}";
}
