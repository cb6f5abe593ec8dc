using DatacenterOst.Access;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Models.LifeCycle;

namespace DatacenterOst.Cards;

/// <summary>
/// One answer with all that its record needs: what was said, from which model run, and why something was not said.
/// </summary>
public sealed record HookAnswer
{
    public required string Service { get; init; }

    /// <summary>Identity of this model run; stands in each card, so that a card leads back to its record.</summary>
    public required Guid Run { get; init; }

    /// <summary>Model, version, content hash, as-of and the values used.</summary>
    public required RiskEstimate Estimate { get; init; }

    public required Language Language { get; init; }

    /// <summary>Most urgent first.</summary>
    public required IReadOnlyList<Card> Cards { get; init; }

    /// <summary>What was held back and why; no patient data, fit for a log.</summary>
    public required IReadOnlyList<Silence> Silences { get; init; }

    /// <summary>What the client may carry out by itself; it is sent only to clients that take such.</summary>
    public IReadOnlyList<CardAction> SystemActions { get; init; } = [];

    /// <summary>Whom and what it is about and for.</summary>
    public AnswerFrame Frame { get; init; } = AnswerFrame.None;

    /// <summary>The response body, in the profile of the client that asked.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>What the model saw; null only where a card is written without a request.</summary>
    public History? Inputs { get; init; }

    /// <summary>Whether all that it was made from stood in the request: then the same request has the same data.</summary>
    public bool IsFromRequestAlone { get; init; }

    /// <summary>Versions that are to score the same in silence, once this is sent; null where there are none.</summary>
    public Beside? Beside { get; init; }

    // A record would print values of a patient.
    public override string ToString() => $"{nameof(HookAnswer)} {Service} {Run}";
}

/// <summary>What versions that score in silence need of a request.</summary>
/// <param name="Request">With what was fetched for it.</param>
/// <param name="Unit">The ward, the organisation, or the client.</param>
public sealed record Beside(HookRequest Request, ClientProfile Client, Caller Caller, string Unit, IReadOnlyList<StagedPackage> Versions)
{
    public override string ToString() => nameof(Beside);
}

/// <summary>One card, before it is written for a client.</summary>
/// <param name="Conclusion">The model's conclusion that it says.</param>
public sealed record Card(Guid Uuid, string Conclusion, int Rank, Indicator Indicator, string Summary, string Detail, IReadOnlyList<CardLink> Links)
{
    public IReadOnlyList<CardSuggestion> Suggestions { get; init; } = [];

    public Selection Selection { get; init; } = Selection.AtMostOne;

    public IReadOnlyList<OverrideReason> OverrideReasons { get; init; } = [];

    public override string ToString() => $"{nameof(Card)} {Conclusion} {Uuid}";
}

/// <summary>Why something was not said: a stable reason to count by, and the conclusion or value that it is about.</summary>
public sealed record Silence(string Reason, string Subject)
{
    /// <summary>When it will be said again at the latest, where that is known.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The reasons for silence. They are counted over time: never rename one.</summary>
public static class SilenceReasons
{
    public const string NothingConcluded = "nothing-concluded";
    public const string Abstained = "abstained";            // the model made no number
    public const string NotMapped = "not-mapped";           // the service has no card for the conclusion
    public const string Replaced = "replaced";              // another card of this answer says more
    public const string OverLimit = "over-limit";           // more cards than the service allows
    public const string NoTarget = "no-target";             // an order without an id: nothing can be suggested for it
    public const string NotValid = "not-valid";             // an action would not be valid R4, because the client's order is not
    public const string NotAssessed = "not-assessed";       // the client was set up for another service: none of our data came
    public const string TextIncomplete = "text-incomplete"; // a value that the text needs is missing
    public const string Repeated = "repeated";              // the same was said within the quiet period
    public const string Overridden = "overridden";          // it was overridden with a reason, and the band has not risen
    public const string OverDay = "over-day";               // the user was interrupted often enough that day
    public const string SilentPhase = "silent-phase";       // the version that scored is not shown to anybody yet
    public const string OverBudget = "over-budget";         // it was not ready in time
}
