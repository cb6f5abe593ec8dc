namespace DatacenterOst.Models.Surveillance;

/// <summary>A signal that the package names itself, from a feature: <c>onTreatment</c>.</summary>
public sealed record NamedSignal(string Name, Condition Condition);

/// <summary>An alert: raised when all signals of When are there and none of Unless. Numbers are places among the plan's signals.</summary>
public sealed record PlanAlert(string Id, int Rank, IReadOnlyList<int> When, IReadOnlyList<int> Unless, IReadOnlyList<string> Rows);

/// <summary>
/// A plan of expected tests by stratum and phase, with rules on their results: the idea of the MATCH programme, made
/// general. Everything clinical is in the package's tables.
/// </summary>
/// <param name="Start">Place of the feature whose time starts the plan: a transplantation, a treatment.</param>
/// <param name="Alerts">Most urgent first.</param>
public sealed record SurveillancePlan(
    int Start,
    StratumTable Strata,
    IReadOnlyList<TestPlan> Tests,
    IReadOnlyList<LoadRule> Loads,
    IReadOnlyList<NamedSignal> Named,
    IReadOnlyList<PlanAlert> Alerts)
{
    /// <summary>Every signal that an alert can be built on, in the order in which <see cref="SurveillanceRuntime"/> sets them.</summary>
    public static IReadOnlyList<string> SignalNames(IReadOnlyList<TestPlan> tests, IReadOnlyList<LoadRule> loads, IReadOnlyList<NamedSignal> named)
    {
        var names = new List<string> { "stratumUnknown" };
        foreach (var test in tests) names.Add($"{test.Name}Missed");
        foreach (var load in loads)
            names.AddRange([$"{load.Name}Infection", $"{load.Name}FirstPositive", $"{load.Name}HighLoad", $"{load.Name}Rising", $"{load.Name}Falling"]);
        foreach (var signal in named) names.Add(signal.Name);
        return names;
    }

    public static IReadOnlyList<string> ValueNames(IReadOnlyList<TestPlan> tests, IReadOnlyList<LoadRule> loads)
    {
        var names = new List<string> { "daysSinceStart", "stratum", "calendarStratum" };
        foreach (var test in tests) names.AddRange([$"{test.Name}LastSample", $"{test.Name}Due", $"{test.Name}DaysOverdue"]);
        foreach (var load in loads)
        {
            names.AddRange([$"{load.Name}Newest", $"{load.Name}Previous", $"{load.Name}InfectionDay"]);
            names.AddRange([$"{load.Name}DoublingDays", $"{load.Name}HalfLifeDays", $"{load.Name}DaysToHighLoad"]);
        }

        return names;
    }
}
