using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Invariants that are not run as FHIRPath, each with the reason.</summary>
internal static class KnownFaults
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["ele-1"] = "The parser refuses empty elements, and ValidationRun looks after primitives without a value.",
        ["txt-1"] = "NarrativeText says which element or attribute is not allowed.",
        ["txt-2"] = "As txt-1; R4 gives both the same expression.",
    };

    public static bool Skips(Constraint constraint) => Reasons.ContainsKey(constraint.Key);
}
