namespace DatacenterOst.Normalise;

internal enum TimePrecision : byte
{
    Year,
    Month,
    Day,
    Instant,
}

/// <summary>A date and time as written, before any zone: the calendar is checked, the clock is not yet placed.</summary>
internal readonly record struct WrittenTime(DateTime Local, TimePrecision Precision, TimeSpan? Offset)
{
    /// <summary>ISO 8601 and FHIR dateTime: <c>2026-03-01T08:00:00.5+01:00</c>; a blank may stand for T, and parts may end early.</summary>
    public static bool TryReadIso(ReadOnlySpan<char> text, out WrittenTime time)
    {
        time = default;
        text = text.Trim();
        if (!Digits(ref text, 4, out var year)) return false;
        if (text.Length == 0) return Make(year, 1, 1, TimePrecision.Year, out time);
        if (!Mark(ref text, '-') || !Digits(ref text, 2, out var month)) return false;
        if (text.Length == 0) return Make(year, month, 1, TimePrecision.Month, out time);
        if (!Mark(ref text, '-') || !Digits(ref text, 2, out var day) || !Make(year, month, day, TimePrecision.Day, out time)) return false;
        if (text.Length == 0) return true;
        if (text[0] is not ('T' or 't' or ' ')) return false;
        text = text[1..];
        if (!Digits(ref text, 2, out var hour) || !Mark(ref text, ':') || !Digits(ref text, 2, out var minute)) return false;
        var second = 0;
        if (text is [':', ..] && !(Mark(ref text, ':') && Digits(ref text, 2, out second))) return false;
        return Clock(ref text, ref time, hour, minute, second);
    }

    /// <summary>HL7 v2 DTM (chapter 2A): <c>YYYY[MM[DD[HH[MM[SS[.S+]]]]]][±ZZZZ]</c>.</summary>
    public static bool TryReadHl7v2(ReadOnlySpan<char> text, out WrittenTime time)
    {
        time = default;
        text = text.Trim();
        if (!Digits(ref text, 4, out var year)) return false;
        if (!IsDigit(text)) return Make(year, 1, 1, TimePrecision.Year, out time) && Zone(text, ref time);
        if (!Digits(ref text, 2, out var month)) return false;
        if (!IsDigit(text)) return Make(year, month, 1, TimePrecision.Month, out time) && Zone(text, ref time);
        if (!Digits(ref text, 2, out var day) || !Make(year, month, day, TimePrecision.Day, out time)) return false;
        if (!IsDigit(text)) return Zone(text, ref time);
        int minute = 0, second = 0;
        if (!Digits(ref text, 2, out var hour)) return false;
        if (IsDigit(text) && !Digits(ref text, 2, out minute)) return false;
        if (IsDigit(text) && !Digits(ref text, 2, out second)) return false;
        return Clock(ref text, ref time, hour, minute, second);
    }

    private static bool Clock(ref ReadOnlySpan<char> text, ref WrittenTime time, int hour, int minute, int second)
    {
        if (hour > 23 || minute > 59 || second > 59) return false;
        var local = time.Local.AddHours(hour).AddMinutes(minute).AddSeconds(second);
        if (text is ['.' or ',', ..])
        {
            text = text[1..];
            var digits = text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;
            if (digits is 0 or > 12) return false;
            // A tick is 100 ns; finer fractions are cut.
            for (int i = 0, unit = 1_000_000; i < Math.Min(digits, 7); i++, unit /= 10) local = local.AddTicks((text[i] - '0') * unit);
            text = text[digits..];
        }
        time = new WrittenTime(local, TimePrecision.Instant, null);
        return Zone(text, ref time);
    }

    private static bool Zone(ReadOnlySpan<char> text, ref WrittenTime time)
    {
        if (text.Length == 0) return true;
        if (text is "Z" or "z")
        {
            time = time with { Offset = TimeSpan.Zero };
            return true;
        }
        var isWest = text[0] == '-';
        if (!isWest && text[0] != '+') return false;
        text = text[1..];
        if (!Digits(ref text, 2, out var hours)) return false;
        if (text is [':', ..]) text = text[1..];
        var minutes = 0;
        if (text.Length > 0 && !Digits(ref text, 2, out minutes)) return false;
        var offset = new TimeSpan(hours, minutes, 0);
        // FHIR and ISO 8601 know no offset beyond 14 hours.
        if (text.Length > 0 || minutes > 59 || offset > TimeSpan.FromHours(14)) return false;
        time = time with { Offset = isWest ? -offset : offset };
        return true;
    }

    private static bool Make(int year, int month, int day, TimePrecision precision, out WrittenTime time)
    {
        // The first and last years of the calendar leave no room for offsets.
        var isDate = year is > 1 and < 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        time = isDate ? new WrittenTime(new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified), precision, null) : default;
        return isDate;
    }

    private static bool IsDigit(ReadOnlySpan<char> text) => text.Length > 0 && char.IsAsciiDigit(text[0]);

    private static bool Mark(ref ReadOnlySpan<char> text, char mark)
    {
        if (text.Length == 0 || text[0] != mark) return false;
        text = text[1..];
        return true;
    }

    private static bool Digits(ref ReadOnlySpan<char> text, int count, out int number)
    {
        number = 0;
        if (text.Length < count) return false;
        for (var i = 0; i < count; i++)
        {
            if (!char.IsAsciiDigit(text[i])) return false;
            number = (number * 10) + (text[i] - '0');
        }
        text = text[count..];
        return true;
    }
}
