namespace DatacenterOst.Clinical;

/// <summary>A code in its code system, as in FHIR Coding.system and Coding.code.</summary>
public readonly record struct Code(string System, string Value)
{
    public override string ToString() => $"{System}|{Value}";
}

/// <summary>A code with the words that the source put beside it (FHIR Coding).</summary>
public sealed record Coding(Code Code, string? Display = null);
