using DatacenterOst.Features;

namespace DatacenterOst.Models.Scorecards;

/// <summary>Reads the <c>scorecard:</c> section of a model.yaml.</summary>
internal static class ScorecardParser
{
    public static ScorecardRuntime Read(YamlMap section, FeatureSet features)
    {
        var combine = section.Choice<Combine>("combine");
        if (combine is null && !section.Has("combine")) section.Report("'combine' is missing; say sum or max");

        var names = new List<string>();
        var items = new List<ScoreItem>();
        foreach (var map in section.Maps("items"))
        {
            var item = Item(map, features, names);
            if (names.Contains(item.Name) || features.Place(item.Name) >= 0)
                map.Report("name", $"'{item.Name}' is used before; items and features have names of their own");
            names.Add(item.Name);
            items.Add(item);
        }

        if (items.Count == 0) section.Report("'items' is missing; list at least one");

        var bands = new List<ScoreBand>();
        foreach (var map in section.Maps("bands")) bands.Add(Band(map, features, names));
        if (bands.Count == 0) section.Report("'bands' is missing; a score without a band concludes nothing");

        return new ScorecardRuntime(combine ?? Combine.Sum, items, bands);
    }

    private static ScoreItem Item(YamlMap map, FeatureSet features, List<string> earlier)
    {
        var feature = map.Required("feature");
        var place = features.Place(feature);
        if (place < 0 && feature.Length > 0) map.Report("feature", $"'{feature}' is not a feature of this package");

        var tables = new List<PointTable>();
        foreach (var table in map.Maps("tables")) tables.Add(Table(table, features));
        if (map.Has("ranges") || map.Has("words")) tables.Add(Table(map, features));
        if (tables.Count == 0) map.Report("an item needs 'ranges' or 'words' with points, or 'tables' of them with conditions");

        var anyOf = new List<int>();
        foreach (var other in map.Texts("onlyIfAnyOf"))
        {
            var at = earlier.IndexOf(other);
            if (at < 0) map.Report("onlyIfAnyOf", $"names '{other}', which is not an item above this one");
            else anyOf.Add(at);
        }

        var required = map.Choice<Presence>("presence") ?? Presence.Required;
        return new ScoreItem(map.Required("name"), place, map.Whole("round", 0, 6), required == Presence.Required, tables, anyOf);
    }

    private static PointTable Table(YamlMap map, FeatureSet features)
    {
        var ranges = new List<RangePoints>();
        foreach (var range in map.Maps("ranges")) ranges.Add(new RangePoints(NumberRange.Read(range), Points(range, "points")));

        var words = new Dictionary<string, double>(StringComparer.Ordinal);
        if (map.Map("words") is { } list)
        {
            foreach (var word in list.Keys()) words[word] = Points(list, word);
        }

        if (ranges.Count > 0 && words.Count > 0) map.Report("points are by 'ranges' or by 'words', not by both");
        return new PointTable(Condition.ReadAll(map.Maps("when"), features), ranges, words);
    }

    private static double Points(YamlMap map, string key)
    {
        var points = map.Number(key);
        if (points is null && !map.Has(key)) map.Report($"'{key}' is missing; say how many");
        return (double)(points ?? 0);
    }

    private static ScoreBand Band(YamlMap map, FeatureSet features, List<string> items)
    {
        if (!map.Has("rank")) map.Report("a band needs 'rank', a whole number; higher is worse");

        var rows = map.Texts("rows");
        foreach (var row in rows)
        {
            if (features.Place(row) < 0 && !items.Contains(row)) map.Report("rows", $"names '{row}', which is neither a feature nor an item");
        }

        return new ScoreBand(map.Required("id"), map.Whole("rank", 0, 1000) ?? 0, NumberRange.Read(map), (double?)map.Number("anyItem"), rows);
    }

    private enum Presence
    {
        Required,
        Optional,
    }
}
