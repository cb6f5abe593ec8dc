using DatacenterOst.Features;

namespace DatacenterOst.Models.Surveillance;

/// <summary>Reads the <c>surveillance:</c> section of a model.yaml.</summary>
internal static class SurveillanceParser
{
    public static SurveillanceRuntime Read(YamlMap section, FeatureSet features)
    {
        var start = Feature(section, "start", features);
        var strata = Strata(section, features);
        var names = StratumNames(strata);

        var tests = new List<TestPlan>();
        foreach (var map in section.Maps("tests")) tests.Add(Test(map, features, names));

        var loads = new List<LoadRule>();
        foreach (var map in section.Maps("loads")) loads.Add(Load(map, features));

        var named = new List<NamedSignal>();
        foreach (var map in section.Maps("signals")) named.Add(new NamedSignal(map.Required("name"), Condition.Read(map, features)));

        CheckNames(section, features, SurveillancePlan.ValueNames(tests, loads));
        var signals = SurveillancePlan.SignalNames(tests, loads, named);
        var alerts = new List<PlanAlert>();
        foreach (var map in section.Maps("alerts")) alerts.Add(Alert(map, features, signals, SurveillancePlan.ValueNames(tests, loads)));
        if (alerts.Count == 0) section.Report("'alerts' is missing; a plan without alerts concludes nothing");

        // Most urgent first; the order of the package where they are equally urgent.
        return new SurveillanceRuntime(new SurveillancePlan(start, strata, tests, loads, named, [.. alerts.OrderByDescending(alert => alert.Rank)]));
    }

    private static int Feature(YamlMap map, string key, FeatureSet features)
    {
        var name = map.Required(key);
        var place = features.Place(name);
        if (place < 0 && name.Length > 0) map.Report(key, $"'{name}' is not a feature of this package");
        return place;
    }

    // A count carries all the facts of its window: the series itself.
    private static int Series(YamlMap map, FeatureSet features)
    {
        var place = Feature(map, "feature", features);
        if (place >= 0 && features.Definitions[place].Take != Take.Count)
            map.Report("feature", $"'{features.Definitions[place].Name}' must take count, which keeps all facts of its window");
        return place;
    }

    private static StratumTable Strata(YamlMap section, FeatureSet features)
    {
        if (section.Map("strata") is not { } map)
        {
            section.Report("'strata' is missing");
            return new StratumTable([], "");
        }

        // Said in the package so that it stands beside the table; people read it, the runtime does not.
        map.Required("evidence");
        var rows = new List<StratumRow>();
        foreach (var row in map.Maps("rows")) rows.Add(new StratumRow(Condition.ReadAll(row.Maps("when"), features), row.Required("stratum")));
        if (rows.Count == 0) map.Report("'rows' is missing; list at least one");

        var cautious = map.Required("mostCautious");
        if (rows.TrueForAll(row => row.Stratum != cautious)) map.Report("mostCautious", $"'{cautious}' is not a stratum of any row");
        return new StratumTable(rows, cautious);
    }

    private static List<string> StratumNames(StratumTable strata)
    {
        var names = new List<string>();
        foreach (var row in strata.Rows)
        {
            if (!names.Contains(row.Stratum)) names.Add(row.Stratum);
        }

        return names;
    }

    private static TestPlan Test(YamlMap map, FeatureSet features, List<string> strata)
    {
        // Whether a hospital has put its own calendar here is for people to see at the table.
        map.Required("status");
        var phases = new List<CalendarPhase>();
        foreach (var phase in map.Maps("calendar"))
        {
            var read = Phase(phase);
            foreach (var stratum in read.Strata)
            {
                if (!strata.Contains(stratum)) phase.Report("strata", $"names '{stratum}', which no row of the strata gives");
            }

            phases.Add(read);
        }

        foreach (var stratum in strata)
        {
            if (phases.TrueForAll(phase => !phase.Strata.Contains(stratum)))
                map.Report("calendar", $"has no phase for stratum '{stratum}'; a patient of it would never be missed");
        }

        phases.Sort((left, right) => left.From.CompareTo(right.From));
        return new TestPlan(map.Required("name"), Series(map, features), phases);
    }

    private static CalendarPhase Phase(YamlMap map)
    {
        var from = map.Span("from") ?? Missing(map, "from");
        var to = map.Span("to") ?? Missing(map, "to");
        var every = map.Span("every") ?? Missing(map, "every");
        var grace = map.Span("grace") ?? Missing(map, "grace");
        if (to <= from && map.Has("to")) map.Report("to", "must be after 'from'");
        if (every <= TimeSpan.Zero && map.Has("every")) map.Report("every", "must be longer than nothing");
        return new CalendarPhase(map.Texts("strata"), from, to, every, grace);
    }

    private static LoadRule Load(YamlMap map, FeatureSet features)
    {
        var consecutive = map.Whole("consecutive", 1, 100) ?? (int)Missing(map, "consecutive").TotalDays;
        var cleared = map.Whole("clearedBy", 1, 100) ?? (int)Missing(map, "clearedBy").TotalDays;
        var single = Limit(map, "singleAbove");
        var high = Limit(map, "highLoad");
        var current = map.Span("currentFor") ?? Missing(map, "currentFor");
        var place = Series(map, features);
        var unit = map.Required("unit");
        if (place >= 0 && features.Definitions[place].FactUnit != unit)
            map.Report("unit", $"is '{unit}', but the series is in '{features.Definitions[place].FactUnit}'; convert the limits and state that unit");
        return new LoadRule(map.Required("name"), place, unit, consecutive, single, high, cleared, current);
    }

    private static double Limit(YamlMap map, string key)
    {
        if (map.Number(key) is { } limit && limit > 0) return (double)limit;
        map.Report($"'{key}' is missing or not above zero; state it in the series' unit");
        return 1;
    }

    private static PlanAlert Alert(YamlMap map, FeatureSet features, IReadOnlyList<string> signals, IReadOnlyList<string> values)
    {
        if (!map.Has("rank")) map.Report("an alert needs 'rank', a whole number; higher is worse");
        var when = Signals(map, "when", signals);
        if (when.Count == 0) map.Report("an alert needs 'when' with the signals that raise it");

        var rows = map.Texts("rows");
        foreach (var row in rows)
        {
            if (features.Place(row) < 0 && !values.Contains(row)) map.Report("rows", $"names '{row}', which is neither a feature nor a computed value");
        }

        return new PlanAlert(map.Required("id"), map.Whole("rank", 0, 1000) ?? 0, when, Signals(map, "unless", signals), rows);
    }

    private static List<int> Signals(YamlMap map, string key, IReadOnlyList<string> signals)
    {
        var places = new List<int>();
        foreach (var name in map.Texts(key))
        {
            var place = signals.ToList().IndexOf(name);
            if (place < 0) map.Report(key, $"names '{name}', which is not a signal; signals are {string.Join(", ", signals)}");
            else places.Add(place);
        }

        return places;
    }

    private static void CheckNames(YamlMap section, FeatureSet features, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (features.Place(values[i]) >= 0) section.Report($"a feature has the name of the computed value '{values[i]}'; rename the feature");
            if (values.ToList().IndexOf(values[i]) != i) section.Report($"two tests or loads compute '{values[i]}'; give them different names");
        }
    }

    private static TimeSpan Missing(YamlMap map, string key)
    {
        if (!map.Has(key)) map.Report($"'{key}' is missing");
        return TimeSpan.FromDays(1);
    }
}
