using DatacenterOst.Clinical;

namespace DatacenterOst.Terminology;

/// <summary>What the values of a concept are.</summary>
public enum ConceptScale : byte
{
    /// <summary>Numbers in the canonical unit; words only where they are a known category.</summary>
    Quantitative = 1,

    /// <summary>Categories and words.</summary>
    Nominal = 2,
}

/// <summary>An analysis group: the canonical concept and every code that means the same (terminology/concepts).</summary>
/// <param name="Key">Short name used in model packages and card texts: <c>creatinine</c>.</param>
/// <param name="DisplayDa">Danish name for people.</param>
/// <param name="MolarMass">g/mol, for conversion between mass and amount of substance; null where there is none.</param>
public sealed record ConceptEntry(string Key, Concept Concept, string DisplayDa, decimal? MolarMass, IReadOnlyList<Code> Members)
{
    public ConceptScale Scale { get; init; } = ConceptScale.Quantitative;

    /// <summary>Lowest value that the quantity can have by its definition, in the canonical unit: a fraction is not below 0 %.</summary>
    public decimal? Low { get; init; }

    /// <summary>Highest value that the quantity can have by its definition: a fraction is not above 100 %.</summary>
    public decimal? High { get; init; }

    /// <summary>Units that this concept converts by a rule of its own, before UCUM is asked.</summary>
    public IReadOnlyList<UnitRule> UnitRules { get; init; } = [];
}

/// <summary>
/// How one unit of one concept becomes its canonical unit where UCUM cannot know it, or would be wrong:
/// canonical = value × factor + offset.
/// </summary>
/// <param name="Unit">UCUM unit that the rule is for.</param>
/// <param name="Factor">Null where the unit is refused.</param>
/// <param name="Instead">For a refused unit: what to send instead.</param>
/// <param name="Rule">Name and version, for <see cref="Finding.Rule"/>.</param>
public sealed record UnitRule(string Unit, decimal? Factor, decimal Offset, string Instead, string Rule);

/// <summary>A code as a member of an analysis group.</summary>
/// <param name="Unit">UCUM unit that the code itself fixes (NPU does), for a message that gives none; empty where it does not.</param>
/// <param name="MolarMass">g/mol of what this code weighs: urea nitrogen weighs nitrogen, not urea.</param>
/// <param name="Rule">Table and version that says so.</param>
public sealed record Member(ConceptEntry Entry, string Unit, decimal? MolarMass, string Rule);

/// <summary>What a word or an answer code means; no category means that there is no result.</summary>
public readonly record struct ResultWord(ResultCategory? Category, string Rule)
{
    public bool IsNotResulted => Category is null;
}

/// <summary>A spelling of a unit and its UCUM code, with the table and version that says so.</summary>
public readonly record struct UnitSpelling(string Ucum, string Rule);
