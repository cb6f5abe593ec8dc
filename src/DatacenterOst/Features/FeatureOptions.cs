using System.Globalization;
using DatacenterOst.Clinical;

namespace DatacenterOst.Features;

/// <summary>The keys of a feature that refine it: ranges, ages, what stands in, words and numbers.</summary>
internal static class FeatureOptions
{
    public static (decimal? Low, decimal? High) Ends(YamlMap entry, string key, string expected)
    {
        if (!entry.Has(key)) return (null, null);
        var ends = entry.Texts(key);
        if (ends.Count == 2 && Number(ends[0]) is { } low && Number(ends[1]) is { } high && low <= high) return (low, high);
        entry.Report(key, $"must be {expected}");
        return (null, null);
    }

    public static TimeSpan? Stale(YamlMap entry, Take take)
    {
        var stale = entry.Span("staleAfter");
        if (stale is not null && take is not (Take.Last or Take.Mean or Take.Median or Take.TimeSince))
            entry.Report("staleAfter", "has a meaning for last, mean, median and timeSince only; for others narrow the window");
        return stale;
    }

    public static TimeSpan? Ongoing(YamlMap entry, Take take)
    {
        var ongoing = entry.Span("ongoingFor");
        if (take is Take.Current or Take.CurrentDose && ongoing is null)
            entry.Report("a current period needs 'ongoingFor': how long one without an end is taken to last");
        return ongoing;
    }

    /// <summary>The feature with its policy for missing values, and what stands in.</summary>
    public static FeatureDefinition Missing(YamlMap entry, FeatureDefinition feature, bool inWords)
    {
        var policy = entry.Choice<MissingPolicy>("missing") ?? MissingPolicy.Missing;
        if (policy != MissingPolicy.Impute && entry.Has("impute")) entry.Report("impute", "stands beside 'missing: impute' only");
        if (policy != MissingPolicy.Carry && entry.Has("carry")) entry.Report("carry", "stands beside 'missing: carry' only");
        feature = feature with { WhenMissing = policy };

        if (policy == MissingPolicy.Carry)
        {
            var carry = entry.Span("carry");
            if (!entry.Has("carry")) entry.Report("'missing: carry' needs 'carry': how far back the value that stands in may lie");
            return feature with { CarryFor = carry };
        }

        if (policy != MissingPolicy.Impute) return feature;
        if (!entry.Has("impute")) entry.Report("'missing: impute' needs 'impute' with the value");
        if (!inWords && !(feature.Take == Take.Derived && Number(entry.Optional("impute") ?? "0") is null)) return feature with { ImputedNumber = entry.Number("impute") };

        var word = entry.Optional("impute");
        if (word is null || feature.Numbers.Count == 0) return feature with { ImputedText = word };
        if (feature.Numbers.TryGetValue(word, out var number)) return feature with { ImputedText = word, ImputedNumber = number };
        if (Number(word) is not { } plain)
        {
            entry.Report("impute", $"'{word}' is neither a number nor one of the words in 'numbers'");
            return feature;
        }

        return feature with { ImputedNumber = plain };
    }

    public static Dictionary<string, decimal> Numbers(YamlMap entry)
    {
        var numbers = new Dictionary<string, decimal>(StringComparer.Ordinal);
        if (entry.Map("numbers") is not { } map) return numbers;
        foreach (var word in map.Keys()) numbers[word] = map.Number(word) ?? 0;
        return numbers;
    }

    public static ValueTransform Transform(YamlMap entry)
    {
        var (low, high) = Ends(entry, "clip", "the lowest and the highest value that is handed on, for example [10, 300]");
        var log = entry.Choice<YesOrNo>("log") == YesOrNo.True;
        if (log && low <= 0) entry.Report("clip", "lets values through that have no logarithm; begin above 0");
        return low is null && !log ? ValueTransform.None : new ValueTransform(low, high, log);
    }

    /// <summary>The knots of a spline, and which of its parts the feature is.</summary>
    public static (IReadOnlyList<double> Knots, int Part) Knots(YamlMap entry, IReadOnlyList<int> of)
    {
        if (of.Count == 0) entry.Report("a spline needs 'of' with the feature that it bends");
        var texts = entry.Texts("knots");
        var knots = texts.Select(text => (double?)Number(text) ?? double.NaN).ToArray();
        var rising = knots.Length is >= 3 and <= 10;
        for (var i = 1; i < knots.Length; i++) rising &= knots[i] > knots[i - 1];
        if (!rising) entry.Report("a spline needs 'knots' with three to ten rising numbers");
        if (!entry.Has("part")) entry.Report("a spline needs 'part', from 1 to the number of knots less 2; the feature itself is its straight part");
        return rising ? (knots, entry.Whole("part", 1, knots.Length - 2) ?? 1) : ([0, 1, 2], 1);
    }

    /// <summary>The hour or the day of a slope or rate: it has to be said, because the number means nothing without.</summary>
    public static TimeSpan Per(YamlMap entry, Take take)
    {
        if (take is not (Take.Slope or Take.Rate)) return TimeSpan.Zero;
        switch (entry.Optional("per"))
        {
            case "h": return TimeSpan.FromHours(1);
            case "d": return TimeSpan.FromDays(1);
            default:
                entry.Report("a slope or rate needs 'per' with h or d: the time that the change is stated for");
                return TimeSpan.FromHours(1);
        }
    }

    public static Dictionary<string, string> Words(YamlMap entry)
    {
        var words = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (entry.Map("map") is not { } map) return words;
        foreach (var key in map.Keys()) words[key] = map.Required(key);
        return words;
    }

    public static Dictionary<ResultCategory, decimal> Categories(YamlMap entry)
    {
        var numbers = new Dictionary<ResultCategory, decimal>();
        if (entry.Map("categories") is not { } map) return numbers;
        foreach (var category in Enum.GetValues<ResultCategory>())
        {
            if (map.Number(Reading.Word(category)) is { } number) numbers[category] = number;
        }

        return numbers;
    }

    private static decimal? Number(string text)
        => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private enum YesOrNo
    {
        False,
        True,
    }
}
