using DatacenterOst.Clinical;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>CDS Hooks indicator, by urgency. The other values that clients have been seen to send are not in the standard.</summary>
public enum Indicator : byte
{
    Info = 1,
    Warning = 2,
    Critical = 3,
}

/// <summary>
/// One CDS service: <c>cds-hooks/&lt;id&gt;/service.yaml</c>. Content, not code; what it says of a conclusion becomes a card, and
/// a conclusion that it does not name stays silent.
/// </summary>
public sealed record CdsService
{
    public required string Id { get; init; }

    public required IReadOnlyList<HookDefinition> Hooks { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public string? UsageRequirements { get; init; }

    public required ModelId Model { get; init; }

    /// <summary>The model's version; null means the one that is in use.</summary>
    public string? ModelVersion { get; init; }

    public IReadOnlyList<PrefetchTemplate> Prefetch { get; init; } = [];

    /// <summary>The same queries in the tokens of the 3.0 ballot, by key, for clients of 3.0.</summary>
    public IReadOnlyDictionary<string, string> Prefetch3 { get; init; } = new Dictionary<string, string>();

    /// <summary>Prefetch keys that the model can do without, and what their absence is called on a card.</summary>
    public IReadOnlyDictionary<string, LocalText> Optional { get; init; } = new Dictionary<string, LocalText>();

    /// <summary>For readers whose client names no language that the texts are in.</summary>
    public Language Language { get; init; } = Language.Danish;

    public int MaxCards { get; init; } = DefaultMaxCards;

    /// <summary>When nothing is said that was said before; a service that says nothing of it repeats itself.</summary>
    public SilenceRules Silence { get; init; } = SilenceRules.None;

    /// <summary>How long an answer may take; null means as the server is set.</summary>
    public TimeSpan? Budget { get; init; }

    public const int LeastBudget = 50;

    public const int MostBudget = 10_000;

    /// <summary>SHA-256 of service.yaml, hexadecimal.</summary>
    public string Hash { get; init; } = "";

    public required CardSource Source { get; init; }

    /// <summary>How far ahead the conclusion reaches, or that it does not.</summary>
    public LocalText? Horizon { get; init; }

    public IReadOnlyDictionary<string, CardValue> Values { get; init; } = new Dictionary<string, CardValue>();

    /// <summary>By conclusion id.</summary>
    public required IReadOnlyDictionary<string, CardContent> Cards { get; init; }

    public const int DefaultMaxCards = 3;

    /// <summary>The service as it was written, before it was bound to a model's names and labels; null where it was made by hand.</summary>
    public CdsService? Written { get; init; }

    /// <summary>The version of the model that labels and words are taken from; null where it was made by hand.</summary>
    public PackageId? BoundTo { get; init; }

    /// <summary>The same service for the other versions of its model that work now.</summary>
    public IReadOnlyList<CdsService> OtherVersions { get; init; } = [];

    public const int MostCards = 10;

    /// <summary>The service as it speaks for one version of its model; null when it does not fit that version.</summary>
    public CdsService? For(ModelPackage package)
    {
        if (BoundTo == package.Id || Written is null) return this;
        if (OtherVersions.FirstOrDefault(other => other.BoundTo == package.Id) is { } known) return known;
        var problems = new Features.PackageProblems();
        var bound = ModelBinding.Bind(Written, package, problems);
        return problems.None ? bound : null;
    }

    /// <exception cref="Problem">Invalid, when the request is for a hook that this service does not serve.</exception>
    public void Require(HookRequest request)
    {
        if (!Hooks.Any(hook => hook.Name == request.Hook))
            throw new Problem(ProblemKind.Invalid, $"{Id} serves {string.Join(", ", Hooks.Select(hook => hook.Name))}.", "hook");
    }
}

/// <summary>Who says so (CDS Hooks 2.0.1, Source).</summary>
public sealed record CardSource(LocalText Label, string? Url, CardTopic? Topic);

/// <summary>What cards are about, for the EHR's own settings. The code is letters and digits, at most 100, and never changes (Epic).</summary>
public sealed record CardTopic(Code Code, LocalText? Display);

/// <summary>What is said when the model concludes something.</summary>
/// <param name="Rows">Values for the table, in order; empty means those that the model names for the conclusion.</param>
/// <param name="Replaces">Conclusions whose cards are not shown beside this one, because it says more.</param>
public sealed record CardContent(
    string Conclusion,
    Indicator Indicator,
    LocalCardText Summary,
    LocalCardText Heading,
    LocalCardText Next)
{
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>What the card says of why; null for nothing.</summary>
    public BecauseContent? Because { get; init; }

    public IReadOnlyList<string> Replaces { get; init; } = [];

    public IReadOnlyList<CardLink> Links { get; init; } = [];

    public IReadOnlyList<SuggestionContent> Suggestions { get; init; } = [];

    public Selection Selection { get; init; } = Selection.AtMostOne;

    /// <summary>For the client to carry out by itself, where it takes such.</summary>
    public IReadOnlyList<ActionContent> SystemActions { get; init; } = [];

    /// <summary>Null means the default list, for cards that ask for something (warning and critical).</summary>
    public IReadOnlyList<OverrideReason>? OverrideReasons { get; init; }

    public IReadOnlyList<OverrideReason> ReasonsOffered =>
        OverrideReasons ?? (Indicator == Indicator.Info && Suggestions.Count == 0 ? [] : Cards.OverrideReasons.Default);
}

public sealed record LocalCardText(CardText Da, CardText En)
{
    public CardText In(Language language) => language == Language.Danish ? Da : En;
}

public enum LinkType : byte
{
    Absolute = 1,
    Smart = 2,
}

/// <param name="AppContext">Only with SMART links (CDS Hooks 2.0.1, Link).</param>
public sealed record CardLink(LocalText Label, string Url, LinkType Type, string? AppContext)
{
    /// <summary>3.0 only: the app shows all that the card says, so that the client may start it at once.</summary>
    public bool IsAutolaunchable { get; init; }
}

/// <summary>How one value of the model is shown.</summary>
/// <param name="Label">Null means the model's own label.</param>
/// <param name="Unit">Null means the model's unit, as readers write it.</param>
/// <param name="Words">Words for values that are codes: <c>high</c> → høj.</param>
/// <param name="Series">How many of the newest facts behind the value get a row of their own; 0 shows the value itself.</param>
public sealed record CardValue(string Name, LocalText? Label, NumberShape Shape, LocalText? Unit, IReadOnlyDictionary<string, LocalText> Words)
{
    public int Series { get; init; }

    /// <summary>The value with the points that this one gave, shown behind it.</summary>
    public string? Points { get; init; }

    public const int MaxSeries = 20;
}
