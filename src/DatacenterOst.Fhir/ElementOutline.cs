namespace DatacenterOst.Fhir;

/// <summary>An element of a type as far as parts of a resource are chosen by it (FHIR R4, 3.1.1.5.8 and 3.1.1.5.9).</summary>
/// <param name="Name">Without the type of a choice: "value".</param>
public sealed record ElementOutline(string Name)
{
    /// <summary>The names it may have in JSON: "valueQuantity", "valueString", …</summary>
    public IReadOnlyList<string> JsonNames { get; init; } = [];

    /// <summary>It belongs to the summary.</summary>
    public bool IsSummary { get; init; }

    /// <summary>It must be there.</summary>
    public bool IsMandatory { get; init; }

    /// <summary>It may change what other elements mean.</summary>
    public bool IsModifier { get; init; }

    /// <summary>The nested group that it holds ("Observation.component"); empty for a data type.</summary>
    public string Group { get; init; } = "";
}
