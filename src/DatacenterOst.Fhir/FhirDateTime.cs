using System.Globalization;
using System.Text;

namespace DatacenterOst.Fhir;

/// <summary>How much of a date and time was written.</summary>
public enum DateTimePrecision
{
    /// <summary>2026</summary>
    Year,

    /// <summary>2026-03</summary>
    Month,

    /// <summary>2026-03-01</summary>
    Day,

    /// <summary>An hour without minutes: FHIRPath knows it, FHIR does not.</summary>
    Hour,

    /// <summary>Minutes without seconds: FHIRPath knows them, FHIR does not.</summary>
    Minute,

    /// <summary>2026-03-01T08:00:00+01:00</summary>
    Second,

    /// <summary>2026-03-01T08:00:00.125+01:00</summary>
    Fraction,
}

/// <summary>
/// A date, dateTime or instant with the precision and the offset that were written (FHIR R4, 2.24.0.1).
/// It stands for an interval: "2026-03" is all of March. Equality is equality of what was written.
/// </summary>
public readonly record struct FhirDateTime
{
    // Kept only where ticks and offset cannot give the text back: more than 7 decimals, a leap second, "-00:00".
    private readonly string? text;
    private readonly long ticks;
    private readonly short offsetMinutes;
    private readonly byte fractionDigits;
    private readonly bool isZulu;

    private FhirDateTime(DateTimePrecision precision, in DateTimeParts parts, string? text)
    {
        (Precision, this.text, ticks, fractionDigits) = (precision, text, parts.Ticks, parts.FractionDigits);
        (HasOffset, isZulu, offsetMinutes) = (parts.HasOffset, parts.IsZulu, parts.OffsetMinutes);
    }

    /// <summary>How much was written.</summary>
    public DateTimePrecision Precision { get; }
    /// <summary>True where Z or an offset was written.</summary>
    public bool HasOffset { get; }

    /// <summary>The offset from UTC as written, or null where none was.</summary>
    public TimeSpan? Offset => HasOffset ? TimeSpan.FromMinutes(offsetMinutes) : null;

    /// <summary>The written clock time, without its offset; parts that were not written are at their lowest.</summary>
    public DateTime Local => new(ticks, DateTimeKind.Unspecified);

    /// <summary>The first instant of the interval; a value without an offset is taken as UTC (see <see cref="Bounds"/>).</summary>
    public DateTimeOffset Low => Bounds(TimeSpan.Zero).Low;

    /// <summary>The first instant after the interval: the interval is Low ≤ t &lt; High.</summary>
    public DateTimeOffset High => Bounds(TimeSpan.Zero).High;

    /// <summary>The interval Low ≤ t &lt; High, with the offset to use where none was written.</summary>
    public (DateTimeOffset Low, DateTimeOffset High) Bounds(TimeSpan assumedOffset)
    {
        var shift = (HasOffset ? TimeSpan.FromMinutes(offsetMinutes) : assumedOffset).Ticks;
        return (Utc(ticks - shift), Utc(EndTicks() - shift));
    }

    /// <summary>Reads a date, dateTime or instant; throws <see cref="FhirFormatException"/> where the text is none.</summary>
    public static FhirDateTime Parse(string value) => TryParse(value, out var result) ? result
        : throw new FhirFormatException($"'{value}' is not a date or time; write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz");

    /// <summary>Reads a date, dateTime or instant; false where the text is none or the day does not exist.</summary>
    public static bool TryParse(string? value, out FhirDateTime result)
    {
        result = default;
        return value is { Length: <= 64 } && TryParse(Encoding.UTF8.GetBytes(value), out result, out _);
    }

    /// <summary>Reads UTF-8 text; where it is no date, says why.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> utf8, out FhirDateTime result, out string problem)
    {
        result = default;
        var parts = new DateTimeParts();
        if (!parts.TryRead(utf8, out var precision, out problem)) return false;
        result = new FhirDateTime(precision, parts, parts.NeedsText ? Encoding.ASCII.GetString(utf8) : null);
        return true;
    }

    internal static bool IsTime(ReadOnlySpan<byte> utf8)
    {
        var parts = new DateTimeParts();
        return utf8.Length >= 8 && parts.TryReadTime(utf8, out var used, out _, out _) && used == utf8.Length;
    }

    /// <summary>The day of the clock, or its instant in milliseconds.</summary>
    internal static FhirDateTime Of(DateTimeOffset clock, DateTimePrecision precision)
    {
        var unit = precision == DateTimePrecision.Day ? TimeSpan.TicksPerDay : TimeSpan.TicksPerMillisecond;
        var parts = new DateTimeParts { Ticks = clock.Ticks - clock.Ticks % unit };
        if (precision != DateTimePrecision.Day) (parts.FractionDigits, parts.HasOffset, parts.OffsetMinutes) = (3, true, (short)clock.TotalOffsetMinutes);
        return new FhirDateTime(precision, parts, null);
    }

    /// <summary>Makes a second-precise value with the offset of the instant, for writing.</summary>
    public static FhirDateTime FromInstant(DateTimeOffset instant) =>
        Parse(instant.ToString(instant.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture));

    /// <summary>The text exactly as it was written.</summary>
    public override string ToString()
    {
        if (text is not null) return text;
        var culture = CultureInfo.InvariantCulture;
        var format = Precision switch
        {
            DateTimePrecision.Year => "yyyy",
            DateTimePrecision.Month => "yyyy-MM",
            DateTimePrecision.Day => "yyyy-MM-dd",
            DateTimePrecision.Hour => "yyyy-MM-ddTHH",
            DateTimePrecision.Minute => "yyyy-MM-ddTHH:mm",
            DateTimePrecision.Second => "yyyy-MM-ddTHH:mm:ss",
            _ => "yyyy-MM-ddTHH:mm:ss." + new string('f', fractionDigits),
        };
        var local = Local.ToString(format, culture);
        if (!HasOffset) return local;
        if (isZulu) return local + "Z";
        var offset = Math.Abs((int)offsetMinutes);
        return string.Create(culture, $"{local}{(offsetMinutes < 0 ? '-' : '+')}{offset / 60:00}:{offset % 60:00}");
    }

    private long EndTicks() => Precision switch
    {
        DateTimePrecision.Year => Local.Year == 9999 ? DateTime.MaxValue.Ticks : Local.AddYears(1).Ticks,
        DateTimePrecision.Month => Local is { Year: 9999, Month: 12 } ? DateTime.MaxValue.Ticks : Local.AddMonths(1).Ticks,
        DateTimePrecision.Day => ticks + TimeSpan.TicksPerDay,
        DateTimePrecision.Hour => ticks + TimeSpan.TicksPerHour,
        DateTimePrecision.Minute => ticks + TimeSpan.TicksPerMinute,
        DateTimePrecision.Second => ticks + TimeSpan.TicksPerSecond,
        _ => ticks + DateTimeParts.FractionUnit(fractionDigits),
    };

    private static DateTimeOffset Utc(long ticks) =>
        new(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
}
