namespace DatacenterOst.Features;

/// <summary>
/// A window of ObservedAt around the index time or an anchor, written as mathematicians write intervals:
/// <c>[-48h, 0h)</c> begins 48 hours before, that instant included, and ends just before the anchor itself.
/// </summary>
public readonly record struct FactWindow(TimeSpan From, bool FromIncluded, TimeSpan To, bool ToIncluded)
{
    public const string Expected = "a window such as \"[-48h, 0h]\"; a round bracket leaves the end itself out";

    public static FactWindow? Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 5 || trimmed[0] is not ('[' or '(') || trimmed[^1] is not (']' or ')')) return null;

        var inner = trimmed[1..^1];
        var comma = inner.IndexOf(',');
        if (comma < 0) return null;

        var from = Duration.Parse(inner[..comma]);
        var to = Duration.Parse(inner[(comma + 1)..]);
        if (from is null || to is null || from > to) return null;

        return new FactWindow(from.Value, trimmed[0] == '[', to.Value, trimmed[^1] == ']');
    }

    /// <summary>True when the instant is not before the window around <paramref name="anchor"/>.</summary>
    public bool Begins(DateTimeOffset anchor, DateTimeOffset instant)
    {
        var from = Shift(anchor, From);
        return FromIncluded ? instant >= from : instant > from;
    }

    /// <summary>True when the instant is not after the window around <paramref name="anchor"/>.</summary>
    public bool NotPast(DateTimeOffset anchor, DateTimeOffset instant)
    {
        var to = Shift(anchor, To);
        return ToIncluded ? instant <= to : instant < to;
    }

    public override string ToString()
        => $"{(FromIncluded ? '[' : '(')}{Signed(From)}, {Signed(To)}{(ToIncluded ? ']' : ')')}";

    private static string Signed(TimeSpan span) => (span < TimeSpan.Zero ? "-" : "") + Duration.Say(span);

    // A fact dated in the year 1 or 9999 is odd but possible input; it must not stop an evaluation.
    private static DateTimeOffset Shift(DateTimeOffset anchor, TimeSpan by)
    {
        var ticks = anchor.UtcTicks + by.Ticks;
        return ticks <= 0 ? DateTimeOffset.MinValue : ticks >= DateTimeOffset.MaxValue.UtcTicks ? DateTimeOffset.MaxValue : new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}
