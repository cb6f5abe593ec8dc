using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Numeric;

namespace DatacenterOst.Models.Surveillance;

/// <summary>Follows a <see cref="SurveillancePlan"/>. Without a start there is nothing to say.</summary>
public sealed class SurveillanceRuntime : IModelRuntime
{
    private readonly SurveillancePlan plan;
    private readonly string[] names;
    private readonly int signalCount;

    public SurveillanceRuntime(SurveillancePlan plan)
    {
        this.plan = plan;
        names = [.. SurveillancePlan.ValueNames(plan.Tests, plan.Loads)];
        signalCount = SurveillancePlan.SignalNames(plan.Tests, plan.Loads, plan.Named).Count;
        Concludes = [.. plan.Alerts.Select(alert => alert.Id)];
    }

    public IReadOnlyList<string> Computes => names;

    public IReadOnlyList<string> Concludes { get; }

    public IReadOnlyList<int> Inputs => [];

    /// <summary>A surveillance concludes by rules and has no number to be explained.</summary>
    public Contributions? Explain(FeatureVector vector) => null;

    public Outcome Evaluate(FeatureVector vector)
    {
        if (vector.Values[plan.Start] is not { IsMissing: false, At: { } start } begun) return new Outcome(null, [], [], []);

        var state = new PlanState(vector, start, new bool[signalCount], new List<FeatureValue>(names.Length));
        var stratum = plan.Strata.Find(vector);
        state.Signal(stratum == StratumTable.Unknown);
        state.Values.Add(Number(0, (vector.IndexTime - start).TotalDays, "d", start, begun.Facts));
        state.Values.Add(Words(1, stratum));
        state.Values.Add(Words(2, plan.Strata.CalendarFor(stratum)));

        foreach (var test in plan.Tests) Follow(test, plan.Strata.CalendarFor(stratum), state);
        foreach (var load in plan.Loads) Judge(load, state);
        foreach (var signal in plan.Named) state.Signal(signal.Condition.Holds(vector));

        return new Outcome(null, Alerts(state.Signals), state.Values, []);
    }

    private void Follow(TestPlan test, string stratum, PlanState state)
    {
        var place = state.Values.Count;
        var samples = state.Vector.Values[test.Place].Facts;
        var newest = samples.Count > 0 && samples[^1].Finding.ObservedAt >= state.Start ? samples[^1] : null;
        state.Values.Add(newest is null
            ? Missing(place, "d")
            : Number(place, (newest.Finding.ObservedAt - state.Start).TotalDays, "d", newest.Finding.ObservedAt, [newest]));

        var next = test.Next(stratum, state.Start, newest?.Finding.ObservedAt ?? state.Start);
        if (next is not { } expected)
        {
            state.Values.Add(Missing(place + 1, "d"));
            state.Values.Add(Missing(place + 2, "d"));
            state.Signal(false);
            return;
        }

        var late = state.Vector.IndexTime - expected.Due;
        state.Values.Add(Number(place + 1, (expected.Due - state.Start).TotalDays, "d", expected.Due, []));
        state.Values.Add(Number(place + 2, Math.Max(0, Math.Floor(late.TotalDays)), "d", expected.Due, []));
        state.Signal(late > expected.Phase.Grace);
    }

    private void Judge(LoadRule rule, PlanState state)
    {
        var place = state.Values.Count;
        var load = LoadState.Read(rule, state.Vector.Values[rule.Place].Facts, state.Start);
        var isCurrent = load.Newest is { } newest && state.Vector.IndexTime - newest.At <= rule.CurrentFor;

        // What an old sample showed stays readable among the values, but raises no alert.
        state.Signal(isCurrent && load.InfectedAt is not null);
        state.Signal(isCurrent && load.InfectedAt is null && load.Newest!.Value.Detected);
        state.Signal(isCurrent && load.Newest is { Quantifiable: true } high && high.Effective >= rule.HighLoad);
        state.Signal(isCurrent && load.PaceDays > 0);
        state.Signal(isCurrent && load.PaceDays < 0);

        state.Values.Add(Sample(place, load.Newest, rule.Unit));
        state.Values.Add(Sample(place + 1, load.Previous, rule.Unit));
        state.Values.Add(load.InfectedAt is { } infected
            ? Number(place + 2, (infected - state.Start).TotalDays, "d", infected, [])
            : Missing(place + 2, "d"));
        state.Values.Add(Pace(place + 3, load.PaceDays > 0 ? load.PaceDays : null, load));
        state.Values.Add(Pace(place + 4, load.PaceDays < 0 ? -load.PaceDays : null, load));
        state.Values.Add(Pace(place + 5, load.DaysTo(rule.HighLoad), load));
    }

    private List<Conclusion> Alerts(bool[] signals)
    {
        List<Conclusion>? raised = null;
        foreach (var alert in plan.Alerts)
        {
            if (All(alert.When, signals) && !Any(alert.Unless, signals)) (raised ??= []).Add(new Conclusion(alert.Id, alert.Rank, alert.Rows));
        }

        return raised ?? [];
    }

    private static bool All(IReadOnlyList<int> places, bool[] signals)
    {
        for (var i = 0; i < places.Count; i++)
        {
            if (!signals[places[i]]) return false;
        }

        return true;
    }

    private static bool Any(IReadOnlyList<int> places, bool[] signals)
    {
        for (var i = 0; i < places.Count; i++)
        {
            if (signals[places[i]]) return true;
        }

        return false;
    }

    private FeatureValue Sample(int place, LoadSample? sample, string unit)
    {
        if (sample is not { } known) return Missing(place, unit);
        var text = known.IsExact ? null : InWords(known.Fact.Finding);
        return new FeatureValue(names[place], known.Load, text, unit, known.At, [known.Fact], MissingReason.NotMissing);
    }

    private static string InWords(Finding finding)
    {
        var category = finding.Category switch
        {
            ResultCategory.Positive => "positive",
            ResultCategory.Inconclusive => "inconclusive",
            ResultCategory.Negative => "negative",
            ResultCategory.NotDetected => "not-detected",
            _ => finding.Text ?? "inconclusive",
        };
        if (finding.Value is not { } value) return category;

        var sign = finding.Comparator switch
        {
            Comparator.LessThan => "<",
            Comparator.LessOrEqual => "≤",
            Comparator.GreaterThan => ">",
            Comparator.GreaterOrEqual => "≥",
            _ => "",
        };
        return sign.Length == 0 ? category : string.Create(CultureInfo.InvariantCulture, $"{sign}{value:0.############}");
    }

    private FeatureValue Pace(int place, double? days, in LoadState load) => days is { } number
        ? Number(place, number, "d", load.Newest!.Value.At, [load.Previous!.Value.Fact, load.Newest.Value.Fact])
        : Missing(place, "d");

    private FeatureValue Number(int place, double number, string unit, DateTimeOffset? at, IReadOnlyList<Fact> facts)
        => new(names[place], number, null, unit, at, facts, MissingReason.NotMissing);

    private FeatureValue Words(int place, string text) => new(names[place], null, text, "", null, [], MissingReason.NotMissing);

    private FeatureValue Missing(int place, string unit) => new(names[place], null, null, unit, null, [], MissingReason.NoFact);

    private sealed class PlanState(FeatureVector vector, DateTimeOffset start, bool[] signals, List<FeatureValue> values)
    {
        private int set;

        public FeatureVector Vector { get; } = vector;

        public DateTimeOffset Start { get; } = start;

        public bool[] Signals { get; } = signals;

        public List<FeatureValue> Values { get; } = values;

        public void Signal(bool present) => Signals[set++] = present;
    }
}
