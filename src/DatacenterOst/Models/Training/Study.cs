using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Terminology;

namespace DatacenterOst.Models.Training;

/// <summary>
/// What a model is trained or judged on, as study.yaml declares it: whom (a fact that brings a patient in), when (index times after that fact),
/// what comes of them (a fact within a horizon, or a column of a file), and how it is learnt and validated.
/// </summary>
public sealed record Study
{
    /// <summary>The format that this build reads.</summary>
    public const string Format = "1";

    public required string Title { get; init; }

    /// <summary>File of the package draft: a model.yaml whose weights are still to be learnt; beside study.yaml.</summary>
    public required string Draft { get; init; }

    public required IndexRule Index { get; init; }

    public required OutcomeRule Outcome { get; init; }

    public required LearnerPlan Learner { get; init; }

    public required ValidationPlan Validation { get; init; }

    /// <summary>Features that are not inputs: those that only decide on the population.</summary>
    public required IReadOnlyList<string> Without { get; init; }

    public required IReadOnlyList<SubgroupRule> Subgroups { get; init; }

    /// <exception cref="Problem">Invalid, with every mistake and its line.</exception>
    public static Study Read(string yaml, string file)
    {
        var problems = new PackageProblems();
        var study = YamlFile.Read(yaml, file, problems) is { } map ? Read(map) : null;
        return study is not null && problems.None ? study : throw new Problem(ProblemKind.Invalid, string.Join("\n", problems.List()), where: file);
    }

    private static Study Read(YamlMap map)
    {
        if (map.Required("format") is { Length: > 0 } format && format != Format) map.Report("format", $"'{format}' is not known; this build reads format {Format}");
        var study = new Study
        {
            Title = map.Required("title"),
            Draft = map.Optional("draft") ?? "model.yaml",
            Index = IndexRule.Read(Section(map, "index")),
            Outcome = OutcomeRule.Read(Section(map, "outcome")),
            Learner = LearnerPlan.Read(map.Map("learner")),
            Validation = ValidationPlan.Read(map.Map("validation")),
            Without = map.Texts("without"),
            Subgroups = [.. map.Maps("subgroups").Select(SubgroupRule.Read)],
        };
        map.Finish();
        study.Outcome.Check(map.Map("outcome"), study.Learner.Kind);
        return study;
    }

    private static YamlMap? Section(YamlMap map, string key)
    {
        if (!map.Has(key)) map.Report($"'{key}' is missing; add it with keys of its own");
        return map.Map(key);
    }

    /// <summary>Whether rows are learnt from by how long they were followed, those that were lost on the way included.</summary>
    internal bool IsSurvival => Learner.Kind == LearnerKind.Cox;

    internal static IReadOnlyList<Code> Codes(YamlMap map)
    {
        var codes = new List<Code>();
        foreach (var text in map.Texts("codes"))
        {
            if (CodeText.Parse(text) is { } code && code.Value[^1] != '*') codes.Add(code);
            else map.Report("codes", $"'{text}' is not {CodeText.Expected}, without a star");
        }

        return codes;
    }
}

/// <summary>When a patient is scored: so long after the first fact of these codes, and perhaps again and again.</summary>
/// <param name="After">From the anchor to the first index time.</param>
/// <param name="Every">Between index times; null for one only.</param>
/// <param name="Until">From the anchor to the last index time.</param>
public sealed record IndexRule(IReadOnlyList<Code> Anchor, TimeSpan After, TimeSpan? Every, TimeSpan Until)
{
    /// <summary>Index times of one patient; over it the interval is mistaken.</summary>
    public const int MaxTimes = 10_000;

    /// <summary>Patient-days that one index time stands for.</summary>
    public double Days => (Every ?? After).TotalDays;

    public IEnumerable<DateTimeOffset> Times(DateTimeOffset anchor)
    {
        var last = anchor + Until;
        var at = anchor + After;
        for (var i = 0; i < MaxTimes && at <= last; i++)
        {
            yield return at;
            if (Every is not { } step) yield break;
            at += step;
        }
    }

    internal static IndexRule Read(YamlMap? map)
    {
        if (map is null) return new IndexRule([], TimeSpan.Zero, null, TimeSpan.Zero);
        var anchor = Study.Codes(map);
        if (anchor.Count == 0) map.Report("'codes' is missing: the facts of which the first brings a patient into the study");
        var after = map.Span("after") ?? TimeSpan.Zero;
        var every = map.Span("every");
        if (every == TimeSpan.Zero) map.Report("every", "must be longer than nothing");
        if (every is not null && !map.Has("until")) map.Report("'every' needs 'until': how long after the anchor the last index time may be");
        return new IndexRule(anchor, after, every, map.Span("until") ?? after);
    }
}

/// <summary>A kind of subgroup made of features that are 0 or 1: the unit in which somebody lies.</summary>
public sealed record SubgroupRule(string Name, IReadOnlyList<string> OneOf)
{
    internal static SubgroupRule Read(YamlMap map)
    {
        var oneOf = map.Texts("oneOf");
        if (oneOf.Count == 0) map.Report("'oneOf' is missing: the features of which one is 1");
        return new SubgroupRule(map.Required("name"), oneOf);
    }
}
