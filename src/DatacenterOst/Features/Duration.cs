using System.Globalization;

namespace DatacenterOst.Features;

/// <summary>Lengths of time as package authors write them: <c>30min</c>, <c>48h</c>, <c>7d</c>, <c>2w</c>, <c>10y</c> (365.25 days), with a sign.</summary>
public static class Duration
{
    /// <summary>No window reaches further than a long life, so that no sum of windows can overflow a time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(150 * 365.25);

    public const string Expected = "a length of time such as 30min, 48h, 7d, 2w or 10y";

    public static TimeSpan? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var digits = text.Length;
        while (digits > 0 && char.IsAsciiLetter(text[digits - 1])) digits--;

        if (!decimal.TryParse(text[..digits], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return null;

        decimal? hours = text[digits..] switch
        {
            "min" => 1m / 60,
            "h" => 1,
            "d" => 24,
            "w" => 168,
            "y" => 8766,
            "" when number == 0 => 1,
            _ => null,
        };
        if (hours is null || Math.Abs(number) > 10_000_000m) return null;

        var ticks = decimal.Round(number * hours.Value * TimeSpan.TicksPerHour);
        return Math.Abs(ticks) > Longest.Ticks ? null : TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>In the words it was written in, as far as they can be told: for reasons and abstentions.</summary>
    public static string Say(TimeSpan span)
    {
        var length = span.Duration();
        var (number, unit) = length.TotalHours < 1 ? (length.TotalMinutes, "min") : length.TotalDays < 3 ? (length.TotalHours, "h") : (length.TotalDays, "d");
        return string.Create(CultureInfo.InvariantCulture, $"{number:0.##} {unit}");
    }
}
