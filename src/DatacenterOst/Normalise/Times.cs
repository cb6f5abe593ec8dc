using System.Collections.Concurrent;
using DatacenterOst.Clinical;
using DatacenterOst.Sources;

namespace DatacenterOst.Normalise;

/// <summary>The three clocks of a fact that its source can tell, in UTC, and the rules that were needed.</summary>
internal readonly record struct FactTimes(DateTimeOffset ObservedAt, DateTimeOffset? EndedAt, DateTimeOffset KnownAt, Applied Applied);

/// <summary>
/// Places written times on the one time line. Local times are resolved here and nowhere else: of the doubled autumn
/// hour the first (summer time) instant is taken, and the skipped spring hour does not exist.
/// </summary>
internal sealed class Times(TimeSpan? knownAfter)
{
    private readonly ConcurrentDictionary<string, TimeZoneInfo?> zones = new(StringComparer.Ordinal);

    // Zones named by one sender; an attacker's list of invented names must not grow the cache.
    private const int MaxZones = 100;

    public Refusal? Read(RawFact fact, DateTimeOffset arrivedAt, out FactTimes times)
    {
        times = default;
        if (fact.ObservedAt is not { } raw || string.IsNullOrWhiteSpace(raw.Text))
            return new Refusal(RejectionReasons.TimeMissing, "the result has no time of observation; name the field that holds it in the source profile", "observed");
        if (Place(raw, "observed", out var observed) is { } refusal) return refusal;
        if (observed.Precision < TimePrecision.Day && fact.Kind == FactKind.Measurement)
            return Invalid(raw, "observed", "a measurement needs at least its day");
        var applied = observed.Applied | observed.Precision switch
        {
            TimePrecision.Day => Applied.ObservedDay,
            TimePrecision.Month or TimePrecision.Year => Applied.ObservedMonth,
            _ => Applied.None,
        };
        DateTimeOffset? ended = null;
        if (fact.EndedAt is { Text.Length: > 0 } rawEnd)
        {
            if (Place(rawEnd, "ended", out var end) is { } endRefusal) return endRefusal;
            // A period that ends on a day includes that day.
            ended = End(end);
            if (ended < observed.At) return Invalid(rawEnd, "ended", "it lies before the beginning");
        }
        if (Known(fact, observed, arrivedAt, ref applied, out var known) is { } knownRefusal) return knownRefusal;
        times = new FactTimes(observed.At, ended, known, applied);
        return null;
    }

    private Refusal? Known(RawFact fact, in Placed observed, DateTimeOffset arrivedAt, ref Applied applied, out DateTimeOffset known)
    {
        known = arrivedAt.ToUniversalTime();
        if (fact.KnownAt is { Text.Length: > 0 } raw)
        {
            if (Place(raw, "known", out var stated) is { } refusal) return refusal;
            // Known "that day" may be its last minute: an earlier guess would let a model see what nobody knew yet.
            known = End(stated);
            applied |= stated.Applied | (stated.Precision < TimePrecision.Instant ? Applied.KnownDay : Applied.None);
        }
        else if (knownAfter is { } delay)
        {
            known = End(observed) + delay;
            applied |= Applied.KnownAfter;
        }
        else
        {
            applied |= Applied.KnownArrival;
        }
        // Nobody can act on a measurement before it is taken; a treatment may well be planned ahead.
        if (fact.Kind != FactKind.Measurement || known >= observed.At) return null;
        known = observed.At;
        applied |= Applied.KnownLifted;
        return null;
    }

    private Refusal? Place(RawTime raw, string clock, out Placed placed)
    {
        placed = default;
        var isRead = raw.Format == TimeFormat.Hl7v2
            ? WrittenTime.TryReadHl7v2(raw.Text, out var written)
            : WrittenTime.TryReadIso(raw.Text, out written);
        if (!isRead)
            return Invalid(raw, clock, raw.Format == TimeFormat.Hl7v2 ? "write YYYYMMDDHHMMSS with an offset, and a day that exists" : "write an ISO 8601 date or time, and a day that exists");
        if (written.Offset is { } offset)
        {
            placed = new Placed(new DateTimeOffset(written.Local, offset).ToUniversalTime(), written, null, Applied.None);
            return null;
        }
        if (Zone(raw.Zone) is not { } zone) return Invalid(raw, clock, $"there is no time zone '{raw.Zone}'; write an IANA name such as Europe/Copenhagen in the source profile");
        // Some zones change their clocks at midnight: a day there begins when its first minute does.
        if (written.Precision < TimePrecision.Instant && zone.IsInvalidTime(written.Local)) written = written with { Local = written.Local.AddHours(1) };
        if (zone.IsInvalidTime(written.Local)) return Invalid(raw, clock, $"the clocks of {raw.Zone} skip this hour; send times with their offset");
        var applied = Applied.None;
        var utcOffset = zone.GetUtcOffset(written.Local);
        if (zone.IsAmbiguousTime(written.Local))
        {
            applied = Applied.DoubledHour;
            foreach (var possible in zone.GetAmbiguousTimeOffsets(written.Local))
                if (possible > utcOffset) utcOffset = possible;
        }
        placed = new Placed(new DateTimeOffset(written.Local, utcOffset).ToUniversalTime(), written, zone, applied);
        return null;
    }

    /// <summary>The instant itself, or the end of the day, month or year that is all that was written.</summary>
    private static DateTimeOffset End(in Placed placed)
    {
        var local = placed.Written.Local;
        var next = placed.Precision switch
        {
            TimePrecision.Day => local.AddDays(1),
            TimePrecision.Month => local.AddMonths(1),
            TimePrecision.Year => local.AddYears(1),
            _ => local,
        };
        if (next == local) return placed.At;
        var offset = placed.Written.Offset ?? placed.Zone!.GetUtcOffset(next);
        return new DateTimeOffset(next, offset).ToUniversalTime();
    }

    private TimeZoneInfo? Zone(string name)
    {
        if (zones.TryGetValue(name, out var zone)) return zone;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone)) zone = null;
        if (zones.Count < MaxZones) zones.TryAdd(name, zone);
        return zone;
    }

    private static Refusal Invalid(RawTime raw, string clock, string what) =>
        new(RejectionReasons.TimeInvalid, $"the {clock} time '{(raw.Text.Length > 40 ? raw.Text[..40] : raw.Text)}' cannot be read: {what}", clock);

    private readonly record struct Placed(DateTimeOffset At, WrittenTime Written, TimeZoneInfo? Zone, Applied Applied)
    {
        public TimePrecision Precision => Written.Precision;
    }
}
