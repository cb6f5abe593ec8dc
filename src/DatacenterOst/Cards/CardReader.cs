using System.Globalization;

namespace DatacenterOst.Cards;

/// <summary>
/// Whom a card is written for: their language, and the zone of the clock on their wall. Numbers and dates are spelt here
/// and not by the machine's culture data, so that a card reads the same on every server and in every replay.
/// </summary>
public sealed class CardReader(Language language, TimeZoneInfo zone)
{
    public const string DefaultZone = "Europe/Copenhagen";

    private static readonly string[] DanishMonths =
        ["januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"];

    private static readonly string[] EnglishMonths =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly NumberFormatInfo DanishNumbers = NumbersWith(".", ",");

    private static readonly NumberFormatInfo EnglishNumbers = NumbersWith(",", ".");

    public Language Language { get; } = language;

    public TimeZoneInfo Zone { get; } = zone;

    private bool Danish => Language == Language.Danish;

    /// <summary>1 234.5 as <c>1.234,5</c> in Danish and <c>1,234.5</c> in English.</summary>
    public string Number(decimal number, NumberShape shape)
    {
        if (shape.IsPercent) return Percent(number, shape with { IsPercent = false });
        var rounded = shape.Round(number);
        var decimals = shape.DecimalsOf(rounded);
        var plus = shape.IsSigned && rounded > 0 ? "+" : "";
        return plus + rounded.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Danish ? DanishNumbers : EnglishNumbers);
    }

    // A risk that rounds to none is still a risk, and one that rounds to all is still none too certain.
    private string Percent(decimal share, NumberShape shape)
    {
        var (hundredth, step) = (share * 100, 1m / PowerOfTen(shape.MaxDecimals));
        if (share > 0 && shape.Round(hundredth) == 0) return (Danish ? "under " : "below ") + Percent(step / 100, shape);
        if (share < 1 && shape.Round(hundredth) == 100) return (Danish ? "over " : "above ") + Percent(1 - (step / 100), shape);
        return Number(hundredth, shape) + (Danish ? " %" : "%");
    }

    private static decimal PowerOfTen(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }

    /// <summary><c>1. marts 2026</c>, <c>1 March 2026</c>.</summary>
    public string Date(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Zone);
        return Danish
            ? string.Create(CultureInfo.InvariantCulture, $"{local.Day}. {DanishMonths[local.Month - 1]} {local.Year}")
            : string.Create(CultureInfo.InvariantCulture, $"{local.Day} {EnglishMonths[local.Month - 1]} {local.Year}");
    }

    /// <summary><c>kl. 08.00</c>, <c>08:00</c>.</summary>
    public string Time(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, Zone);
        return Danish
            ? string.Create(CultureInfo.InvariantCulture, $"kl. {local.Hour:00}.{local.Minute:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{local.Hour:00}:{local.Minute:00}");
    }

    /// <summary><c>1. marts 2026 kl. 08.00</c>, <c>1 March 2026 08:00</c>.</summary>
    public string DateAndTime(DateTimeOffset instant) => $"{Date(instant)} {Time(instant)}";

    /// <summary>Minutes below two hours, hours below two days, then days; whole ones, rounded down. What is still to come is "in 3 hours".</summary>
    public string Age(TimeSpan age)
    {
        if (age < TimeSpan.Zero) return (Danish ? "om " : "in ") + Age(-age);
        if (age < TimeSpan.FromHours(2)) return Count((long)age.TotalMinutes, "min", "min", "min", "min");
        if (age < TimeSpan.FromDays(2)) return Count((long)age.TotalHours, "time", "timer", "hour", "hours");
        return Count((long)age.TotalDays, "dag", "dage", "day", "days");
    }

    private string Count(long count, string oneDa, string manyDa, string oneEn, string manyEn)
    {
        var word = Danish ? (count == 1 ? oneDa : manyDa) : (count == 1 ? oneEn : manyEn);
        return $"{Number(count, NumberShape.Whole)} {word}";
    }

    private static NumberFormatInfo NumbersWith(string group, string point) => NumberFormatInfo.ReadOnly(new NumberFormatInfo
    {
        NumberGroupSeparator = group,
        NumberDecimalSeparator = point,
        NegativeSign = "−",
    });
}
