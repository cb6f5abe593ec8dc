using DatacenterOst.Clinical;

namespace DatacenterOst.Terminology;

/// <summary>An analysis group: the canonical concept and every code that means the same (terminology/concepts).</summary>
/// <param name="Key">Short name used in model packages and card texts: <c>creatinine</c>.</param>
/// <param name="DisplayDa">Danish name for people.</param>
/// <param name="MolarMass">g/mol, for conversion between mass and amount of substance; null where there is none.</param>
public sealed record ConceptEntry(string Key, Concept Concept, string DisplayDa, decimal? MolarMass, IReadOnlyList<Code> Members);
