namespace DatacenterOst.Fhir;

/// <summary>An operation of the specification: its name without $, the levels at which it may be called (s system, t type, i instance) and the resource types.</summary>
public sealed record Operation(string Id, string Code, string Levels, IReadOnlyList<string> Resources)
{
    /// <summary>What the operation is called in the specification.</summary>
    public string Title { get; init; } = "";

    /// <summary>True where it may change data, so that it must be called with POST.</summary>
    public bool AffectsState { get; init; }

    /// <summary>What goes in and comes out, in the order of the definition.</summary>
    public IReadOnlyList<OperationParameter> Parameters { get; init; } = [];
}

/// <summary>A parameter of an operation; parts of another parameter have dotted names. Use is in or out.</summary>
public sealed record OperationParameter(string Name, string Use, string Min, string Max, string Type);
