namespace DatacenterOst.Clinical;

/// <summary>
/// What a fact is about, after normalisation: one canonical code and, for quantities, the one canonical UCUM unit
/// that every value of it is stored in. Two concepts are equal when code and unit are equal.
/// </summary>
/// <param name="Code">The canonical code (LOINC for measurements, ATC for medication, SKS for Danish procedures).</param>
/// <param name="Unit">Canonical UCUM unit; empty where the concept has no unit.</param>
/// <param name="Display">English name for people.</param>
public sealed record Concept(Code Code, string Unit, string Display)
{
    public bool Equals(Concept? other) => other is not null && Code == other.Code && Unit == other.Unit;

    public override int GetHashCode() => HashCode.Combine(Code, Unit);
}
