using System.Collections.Concurrent;

namespace DatacenterOst.Normalise;

/// <summary>What was decided about one fact beyond its maps. The order is the order in the rule text.</summary>
[Flags]
internal enum Applied
{
    None = 0,
    DecimalComma = 1,
    Thousands = 1 << 1,
    Rounded = 1 << 2,
    ObservedDay = 1 << 3,
    ObservedMonth = 1 << 4,
    DoubledHour = 1 << 5,
    KnownDay = 1 << 6,
    KnownAfter = 1 << 7,
    KnownArrival = 1 << 8,
    KnownLifted = 1 << 9,
    RetractedUnavailable = 1 << 10,
}

/// <summary>The text of <c>Finding.Rule</c>: the rules that made a finding, with version, in the order applied.</summary>
internal sealed class Rules
{
    // The combinations of a sender are few; beyond this many the text is made anew each time.
    private const int MaxCached = 20_000;

    private static readonly (Applied Flag, string Name)[] Names =
    [
        (Applied.DecimalComma, "decimal-comma@1"),
        (Applied.Thousands, "thousands@1"),
        (Applied.Rounded, "fifteen-digits@1"),
        (Applied.ObservedDay, "observed-by-day@1"),
        (Applied.ObservedMonth, "observed-by-month@1"),
        (Applied.DoubledHour, "doubled-hour-first@1"),
        (Applied.KnownDay, "known-by-end-of-day@1"),
        (Applied.KnownAfter, "known-after-delay@1"),
        (Applied.KnownArrival, "known-at-arrival@1"),
        (Applied.KnownLifted, "known-not-before-observed@1"),
        (Applied.RetractedUnavailable, "unavailable-retracts@1"),
    ];

    private readonly ConcurrentDictionary<(string Maps, Applied Applied), string> texts = new();

    public string Text(string maps, Applied applied)
    {
        if (applied == Applied.None && maps.Length > 0) return maps;
        if (texts.TryGetValue((maps, applied), out var text)) return text;
        text = maps;
        foreach (var (flag, name) in Names)
            if ((applied & flag) != 0) text = Join(text, name);
        if (text.Length == 0) text = "as-given@1";
        if (texts.Count < MaxCached) texts.TryAdd((maps, applied), text);
        return text;
    }

    public static string Join(string? first, string? second) =>
        string.IsNullOrEmpty(first) ? second ?? "" : string.IsNullOrEmpty(second) ? first : $"{first}; {second}";
}
