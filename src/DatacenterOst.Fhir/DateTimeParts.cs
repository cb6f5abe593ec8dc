namespace DatacenterOst.Fhir;

/// <summary>The digits of a date and time while they are read.</summary>
internal struct DateTimeParts
{
    public long Ticks;
    public short OffsetMinutes;
    public byte FractionDigits;
    public bool HasOffset;
    public bool IsZulu;
    public bool NeedsText;

    private const string Shape = "is not a date; write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz";

    public bool TryRead(ReadOnlySpan<byte> text, out DateTimePrecision precision, out string problem)
    {
        (precision, problem) = (DateTimePrecision.Year, Shape);
        var (month, day) = (1, 1);
        if (!Number(text, 0, 4, out var year) || year == 0) return false;
        if (text.Length > 4)
        {
            if (text[4] != '-' || !Number(text, 5, 2, out month)) return false;
            precision = DateTimePrecision.Month;
            if (month is 0 or > 12) { problem = $"has no month {month:00}; months are 01 to 12"; return false; }
        }
        if (text.Length > 7)
        {
            if (text[7] != '-' || !Number(text, 8, 2, out day)) return false;
            precision = DateTimePrecision.Day;
            if (day == 0 || day > DateTime.DaysInMonth(year, month)) { problem = $"is a day that does not exist; month {month:00} of {year} has {DateTime.DaysInMonth(year, month)} days"; return false; }
        }
        Ticks = new DateTime(year, month, day).Ticks;
        if (text.Length <= 10) return true;
        if (text[10] != 'T') return false;
        if (!TryReadTime(text[11..], out var used, out precision, out var time)) { problem = "has a time that does not exist; write hh:mm:ss from 00:00:00 to 23:59:59"; return false; }
        Ticks += time;
        return TryReadOffset(text[(11 + used)..], ref problem);
    }

    /// <summary>Reads hh, hh:mm, hh:mm:ss or hh:mm:ss.f…; the rest of the text is left for the offset.</summary>
    public bool TryReadTime(ReadOnlySpan<byte> text, out int used, out DateTimePrecision precision, out long time)
    {
        (used, precision, time) = (2, DateTimePrecision.Hour, 0);
        if (!Number(text, 0, 2, out var hour) || hour > 23) return false;
        time = hour * TimeSpan.TicksPerHour;
        if (text.Length <= 2 || text[2] != ':') return true;
        if (!Number(text, 3, 2, out var minute) || minute > 59) return false;
        (used, precision) = (5, DateTimePrecision.Minute);
        time += minute * TimeSpan.TicksPerMinute;
        if (text.Length <= 5 || text[5] != ':') return true;
        if (!Number(text, 6, 2, out var second) || second > 60) return false;
        (used, precision) = (8, DateTimePrecision.Second);
        // A leap second is counted as the last second of its minute; the text is kept.
        NeedsText |= second == 60;
        time += Math.Min(second, 59) * TimeSpan.TicksPerSecond;
        if (text.Length <= 8 || text[8] != '.') return true;
        precision = DateTimePrecision.Fraction;
        var unit = TimeSpan.TicksPerSecond;
        for (used = 9; used < text.Length && text[used] is >= (byte)'0' and <= (byte)'9'; used++)
        {
            unit /= 10;
            time += (text[used] - '0') * unit;
        }
        if (used - 9 is 0 or > 40) return false;
        NeedsText |= used - 9 > 7;
        FractionDigits = (byte)(used - 9);
        return true;
    }

    /// <summary>The length in ticks of the last written decimal; at least one tick.</summary>
    public static long FractionUnit(int digits)
    {
        var unit = TimeSpan.TicksPerSecond;
        for (var i = 0; i < digits && unit > 1; i++) unit /= 10;
        return unit;
    }

    private bool TryReadOffset(ReadOnlySpan<byte> text, ref string problem)
    {
        if (text.Length == 0) return true;
        HasOffset = true;
        IsZulu = text.SequenceEqual("Z"u8);
        if (IsZulu) return true;
        problem = "has an offset that does not exist; write Z or +01:00, at most 14:00";
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!Number(text, 1, 2, out var hours) || !Number(text, 4, 2, out var minutes) || minutes > 59 || hours * 60 + minutes > 840) return false;
        OffsetMinutes = (short)((hours * 60 + minutes) * (text[0] == '-' ? -1 : 1));
        NeedsText |= OffsetMinutes == 0 && text[0] == '-';
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> text, int at, int length, out int value)
    {
        value = 0;
        if (text.Length < at + length) return false;
        for (var i = at; i < at + length; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + text[i] - '0';
        }
        return true;
    }
}
