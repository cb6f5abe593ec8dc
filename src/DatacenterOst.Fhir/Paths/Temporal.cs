using System.Globalization;

namespace DatacenterOst.Fhir.Paths;

/// <summary>
/// A Date, DateTime or Time of FHIRPath. A time is kept as a time of the first day of year 1. Comparison is that of intervals: what
/// was written less precisely than seconds covers all instants it may mean, and overlapping intervals cannot be ordered (FHIRPath 6.1, 6.2).
/// </summary>
internal sealed class Temporal
{
    private const string TimeDay = "0001-01-01T";

    // The westernmost and easternmost clocks: a time without an offset may be any of them.
    private static readonly long LeastShift = TimeSpan.FromHours(-14).Ticks;
    private static readonly long MostShift = TimeSpan.FromHours(12).Ticks;

    private Temporal(PathKind kind, FhirDateTime value) => (Kind, Value) = (kind, value);

    public PathKind Kind { get; }
    public FhirDateTime Value { get; }
    public bool HasTime => Value.Precision >= DateTimePrecision.Hour;

    public static Temporal Of(PathKind kind, FhirDateTime value) => new(kind, value);

    public static Temporal? TryParse(PathKind kind, string text)
    {
        if (kind == PathKind.Time) text = TimeDay + text;
        else if (text.EndsWith('T') && text.Length <= 11) text = text[..^1];
        if (!FhirDateTime.TryParse(text, out var value)) return null;
        if (kind == PathKind.Time && value.HasOffset) return null;
        if (kind == PathKind.Date && value.Precision > DateTimePrecision.Day) return null;
        return new Temporal(kind, value);
    }

    /// <summary>Negative, zero or positive; null where the two cannot be ordered.</summary>
    public static int? Compare(Temporal a, Temporal b)
    {
        var ((lowA, highA), (lowB, highB)) = (a.Interval(), b.Interval());
        if (a.Value.HasOffset != b.Value.HasOffset)
        {
            if (a.Value.HasOffset) (lowB, highB) = (lowB + LeastShift, highB + MostShift);
            else (lowA, highA) = (lowA + LeastShift, highA + MostShift);
        }
        if (lowA == lowB && highA == highB && a.Value.HasOffset == b.Value.HasOffset) return 0;
        if (highA < lowB || (highA == lowB && highA > lowA)) return -1;
        if (highB < lowA || (highB == lowA && highB > lowB)) return 1;
        return null;
    }

    /// <summary>First tick and end in UTC, or in local time without an offset; seconds and fractions are points.</summary>
    private (long Low, long High) Interval()
    {
        var shift = Value.Offset?.Ticks ?? 0;
        var low = Value.Local.Ticks - shift;
        if (Value.Precision >= DateTimePrecision.Second) return (low, low);
        var (from, to) = Value.Bounds(TimeSpan.Zero);
        return (low, low + (to - from).Ticks);
    }

    /// <summary>Adds an amount of a calendar unit; what is finer than the precision counts in whole steps of it (FHIRPath 6.6.7).</summary>
    public Temporal Add(decimal amount, string unit, int position)
    {
        var local = Value.Local;
        var whole = decimal.Truncate(amount);
        try
        {
            var moved = unit switch
            {
                "year" => local.AddYears((int)whole),
                "month" => Value.Precision == DateTimePrecision.Year ? local.AddYears((int)decimal.Truncate(whole / 12)) : local.AddMonths((int)whole),
                _ => AddTicks(local, unit is "second" or "millisecond" ? amount : whole, unit, position),
            };
            if (Kind == PathKind.Time) moved = new DateTime(moved.Ticks % TimeSpan.TicksPerDay);
            return With(moved);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new FhirPathException("The date leaves the years 1 to 9999", position);
        }
    }

    private DateTime AddTicks(DateTime local, decimal amount, string unit, int position)
    {
        var ticks = amount * UnitTicks(unit, position);
        // A year has no days to add to: 24 hours make a day, 30 days a month and 365 days a year.
        return Value.Precision switch
        {
            DateTimePrecision.Year => local.AddYears((int)decimal.Truncate(ticks / TimeSpan.TicksPerDay / 365)),
            DateTimePrecision.Month => local.AddMonths((int)decimal.Truncate(ticks / TimeSpan.TicksPerDay / 30)),
            DateTimePrecision.Day => local.AddDays((double)decimal.Truncate(ticks / TimeSpan.TicksPerDay)),
            _ => Kind == PathKind.Time
                ? new DateTime(((local.Ticks + (long)(ticks % TimeSpan.TicksPerDay)) % TimeSpan.TicksPerDay + TimeSpan.TicksPerDay) % TimeSpan.TicksPerDay)
                : local.AddTicks((long)ticks),
        };
    }

    private static long UnitTicks(string unit, int position) => unit switch
    {
        "week" => 7 * TimeSpan.TicksPerDay,
        "day" => TimeSpan.TicksPerDay,
        "hour" => TimeSpan.TicksPerHour,
        "minute" => TimeSpan.TicksPerMinute,
        "second" => TimeSpan.TicksPerSecond,
        "millisecond" => TimeSpan.TicksPerMillisecond,
        _ => throw new FhirPathException($"'{unit}' is not a duration that can be added to a date; use years, months, weeks, days, hours, minutes or seconds", position),
    };

    private Temporal With(DateTime moved)
    {
        var text = Value.ToString();
        var precise = Value.Precision == DateTimePrecision.Fraction || moved.Ticks % TimeSpan.TicksPerSecond != 0;
        var fraction = Value.Precision == DateTimePrecision.Fraction ? text[(text.IndexOf('.', StringComparison.Ordinal) + 1)..].TakeWhile(char.IsAsciiDigit).Count() : 3;
        var format = Value.Precision switch
        {
            DateTimePrecision.Year => "yyyy",
            DateTimePrecision.Month => "yyyy-MM",
            DateTimePrecision.Day => "yyyy-MM-dd",
            DateTimePrecision.Hour => "yyyy-MM-ddTHH",
            DateTimePrecision.Minute => "yyyy-MM-ddTHH:mm",
            _ => precise ? "yyyy-MM-ddTHH:mm:ss." + new string('f', Math.Min(7, fraction)) : "yyyy-MM-ddTHH:mm:ss",
        };
        var offset = Value.HasOffset ? text[text.LastIndexOfAny(['Z', '+', '-'])..] : "";
        return new Temporal(Kind, FhirDateTime.Parse(moved.ToString(format, CultureInfo.InvariantCulture) + offset));
    }

    public override string ToString() => Kind == PathKind.Time ? Value.ToString()[TimeDay.Length..] : Value.ToString();
}
