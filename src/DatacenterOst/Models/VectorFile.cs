using System.Text.Json;
using System.Text.Json.Serialization;
using DatacenterOst.Clinical;
using DatacenterOst.Features;

namespace DatacenterOst.Models;

/// <summary>One test vector: what happened to a made-up patient, as of when, and what must come out.</summary>
/// <param name="Facts">As received: resolution of corrections and doublets is part of what is tested.</param>
internal sealed record TestVector(
    int Line, string Name, DateTimeOffset AsOf, Demographics Patient, IReadOnlyList<Fact> Facts, VectorExpectation Expect, double Tolerance);

/// <summary>The line as it is written. Unknown members are errors: a misspelt expectation would test nothing.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VectorLine(
    [property: JsonRequired] string Name,
    [property: JsonRequired] DateTimeOffset AsOf,
    VectorPatient? Patient,
    [property: JsonRequired] IReadOnlyList<VectorEvent> Events,
    [property: JsonRequired] VectorExpectation Expect,
    double? Tolerance);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VectorPatient(DateOnly? BirthDate, Sex? Sex);

/// <summary>A raw event after normalisation. Concept is a terminology key; Code stands instead for medication and procedures.</summary>
/// <param name="Known">The same as Observed where it is not said.</param>
/// <param name="Result">Identity of the result; a correction carries the same.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VectorEvent(
    string? Concept,
    string? Code,
    FactKind? Kind,
    decimal? Value,
    string? Comparator,
    string? Unit,
    string? Category,
    string? Text,
    [property: JsonRequired] DateTimeOffset Observed,
    DateTimeOffset? Ended,
    DateTimeOffset? Known,
    FactStatus? Status,
    string? Result);

/// <param name="Features">By name: a number, a text, or null for missing.</param>
/// <param name="Score">A number, or null for none.</param>
/// <param name="Conclusions">All of them, in order.</param>
/// <param name="Values">By name: a number, a text, null, or an object with number, text and at.</param>
/// <param name="Abstains">Words that one of the reasons must contain; an empty text for no abstention.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VectorExpectation(
    IReadOnlyDictionary<string, JsonElement>? Features,
    JsonElement Score,
    IReadOnlyList<string>? Conclusions,
    IReadOnlyDictionary<string, JsonElement>? Values,
    string? Abstains)
{
    /// <summary>The raw number before calibration.</summary>
    public double? Margin { get; init; }

    public double? Probability { get; init; }

    /// <summary>By group of the explanation, <c>bias</c> for the reference; a group that is not named is not compared.</summary>
    public IReadOnlyDictionary<string, double>? Contributions { get; init; }
}
