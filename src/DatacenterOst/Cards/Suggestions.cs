using System.Text.Json.Nodes;
using DatacenterOst.Clinical;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>CDS Hooks action types.</summary>
public enum ActionKind : byte
{
    // In the order in which FHIR's transaction rules carry them out, so that sorting by it is safe.
    Delete = 1,
    Create = 2,
    Update = 3,
}

/// <summary>How many of a card's suggestions may be taken.</summary>
public enum Selection : byte
{
    AtMostOne = 1,
    Any = 2,
}

/// <summary>A suggestion as content: words, and what is done when it is taken.</summary>
public sealed record SuggestionContent(LocalCardText Label, IReadOnlyList<ActionContent> Actions)
{
    public bool IsRecommended { get; init; }

    /// <summary>Whether it is about an order of the context, and so made once for each that the model counted.</summary>
    public bool IsOfOrder => Actions.Any(action => action.Kind != ActionKind.Create) || Label.Da.NamesOrder;
}

/// <param name="Resource">What to create, or what to lay over the order; null for a deletion.</param>
public sealed record ActionContent(ActionKind Kind, LocalCardText Description, ResourceTemplate? Resource);

/// <summary>A reason for not following a card, for the EHR to offer.</summary>
public sealed record OverrideReason(Code Code, LocalText Display);

/// <summary>
/// Reasons where a service names none: the categories of HL7's non-adherence-reason-codes (CDS Hooks 3.0 ballot; after
/// AHRQ publication 25-0073, 2025), with the patient's refusal, which the publication sets apart.
/// </summary>
public static class OverrideReasons
{
    public const string System = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes";

    public static readonly IReadOnlyList<OverrideReason> Default =
    [
        Of("cds-not-applicable", "Gælder ikke for denne patient", "PC CDS does not apply to patient"),
        Of("cds-suboptimal-context", "Kom på et forkert tidspunkt eller til en forkert modtager", "PC CDS delivered in suboptimal context"),
        Of("recipient-disagrees-evidence", "Uenig i grundlaget for anbefalingen", "Recipient disagrees with recommendation because of issues with the evidence"),
        Of("recipient-concerns-outcomes", "Betænkelig ved følgerne for patienten", "Recipient has concerns regarding potential health outcomes"),
        Of("does-not-align-preferences", "Passer ikke med patientens ønsker eller værdier", "Recommendation does not align with patient preferences or values"),
        Of("not-convenient-feasible", "Kan ikke lade sig gøre i praksis", "Recommendation is not convenient or feasible"),
        Of("patient-refuses", "Patienten siger nej (uden nærmere grund)", "Patient refuses/declines (no context given)*"),
    ];

    private static OverrideReason Of(string code, string da, string en) => new(new Code(System, code), new LocalText(da, en));
}

/// <summary>A suggestion of one card, ready to be written.</summary>
public sealed record CardSuggestion(Guid Uuid, string Label, IReadOnlyList<CardAction> Actions)
{
    public bool IsRecommended { get; init; }

    public override string ToString() => $"{nameof(CardSuggestion)} {Uuid}";
}

/// <param name="Resource">The whole resource; null for a deletion.</param>
/// <param name="ResourceId">What is deleted, as <c>Type/id</c>.</param>
public sealed record CardAction(ActionKind Kind, string Description, JsonObject? Resource, string? ResourceId)
{
    public override string ToString() => $"{nameof(CardAction)} {Kind}";
}
