using System.Globalization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;

namespace DatacenterOst.Models.Training;

/// <summary>What counts as the outcome: a fact within the horizon after the index time, or a column of a file.</summary>
/// <param name="Within">The horizon; nothing where a file says what came and the study does not ask when.</param>
public sealed record OutcomeRule(string Name, IReadOnlyList<Code> Codes, NumberRange Range, TimeSpan Within, OutcomeFile? File)
{
    /// <summary>What ends the follow-up before the horizon.</summary>
    public CensoringRule Censoring { get; init; } = CensoringRule.None;

    /// <summary>Days of the horizon.</summary>
    public double HorizonDays => Within.TotalDays;

    /// <summary>When it came, of facts of its codes in the order of their times.</summary>
    internal IReadOnlyList<DateTimeOffset> Times(IReadOnlyList<Fact> facts)
        => [.. facts.Where(fact => Range.IsOpen || (fact.Finding.Value is { } value && Range.Contains((double)value))).Select(fact => fact.Finding.ObservedAt)];

    /// <summary>What a package declares below <c>outcome:</c> beside its text and horizon; null where it names no facts.</summary>
    internal static OutcomeRule? Declared(YamlMap outcome, string name, TimeSpan? horizon)
    {
        if (!outcome.Has("codes")) return null;
        if (horizon is null) outcome.Report("codes", "need 'horizon': how long after an estimate the outcome counts");
        return new OutcomeRule(name, Study.Codes(outcome), NumberRange.Read(outcome), horizon ?? default, null) { Censoring = CensoringRule.Read(outcome.Map("censoring")) };
    }

    internal static OutcomeRule Read(YamlMap? map)
    {
        if (map is null) return new OutcomeRule("", [], default, default, null);
        var file = map.Map("file") is { } own ? OutcomeFile.Read(own) : null;
        var codes = Study.Codes(map);
        if (codes.Count == 0 == file is null) map.Report("an outcome is either 'codes' (a fact) or 'file' (a column)");
        if (codes.Count > 0 && !map.Has("within")) map.Report("'within' is missing: how long after the index time the outcome counts");
        return new OutcomeRule(map.Required("name"), codes, NumberRange.Read(map), map.Span("within") ?? default, file) { Censoring = CensoringRule.Read(map.Map("censoring")) };
    }

    internal void Check(YamlMap? map, LearnerKind learner)
    {
        if (map is null || learner != LearnerKind.Cox) return;
        if (!map.Has("within")) map.Report("'within' is missing: a Cox model gives the risk by a horizon, and nobody is followed longer");
        if (File is { EventDays: null }) map.Report("file", "needs 'eventDays': a Cox model learns from when the outcome came");
    }
}

/// <summary>What ends a patient's follow-up before the horizon: a fact, or the end of the data. Without either everybody is taken to be followed to the horizon.</summary>
/// <param name="Codes">Facts after which nothing more is heard: discharge, emigration, another competing end.</param>
/// <param name="Until">Nothing after it is in the data.</param>
public sealed record CensoringRule(IReadOnlyList<Code> Codes, DateTimeOffset? Until)
{
    public static readonly CensoringRule None = new([], null);

    internal static CensoringRule Read(YamlMap? map)
    {
        if (map is null) return None;
        var codes = map.Has("codes") ? Study.Codes(map) : [];
        DateTimeOffset? until = null;
        if (map.Optional("until") is { } text)
        {
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) until = at;
            else map.Report("until", $"must be an instant such as 2026-04-01T00:00:00Z, not '{text}'");
        }

        if (codes.Count == 0 && until is null) map.Report("needs 'codes' (facts that end the follow-up) or 'until' (the end of the data)");
        return new CensoringRule(codes, until);
    }
}

/// <summary>A table of outcomes by patient, as the study's owner has it.</summary>
/// <param name="Positive">What the column says where the outcome came; anything else says that it did not, an empty cell that nobody knows.</param>
/// <param name="EventDays">Column with days from the anchor to the event, where one has it; negative for none.</param>
public sealed record OutcomeFile(string? Path, char Delimiter, string Patient, string System, string Column, IReadOnlyList<string> Positive, string? EventDays)
{
    /// <summary>Column with days from the anchor to the end of the follow-up of those without the outcome; empty for followed to the end.</summary>
    public string? FollowedDays { get; init; }

    internal static OutcomeFile Read(YamlMap map)
    {
        var delimiter = map.Optional("delimiter") ?? ",";
        if (delimiter.Length != 1) map.Report("delimiter", "must be one character");
        var positive = map.Texts("positive");
        return new OutcomeFile(
            map.Optional("path"), delimiter[0], map.Required("patient"), map.Required("system"), map.Required("column"), positive.Count == 0 ? ["1"] : positive, map.Optional("eventDays"))
        {
            FollowedDays = map.Optional("followedDays"),
        };
    }
}
