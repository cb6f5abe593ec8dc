namespace DatacenterOst.Cards;

public enum FieldShape : byte
{
    /// <summary>A FHIR logical id, not a reference.</summary>
    Id = 1,

    /// <summary>A relative reference, <c>Type/id</c>.</summary>
    Reference = 2,

    References = 3,
    Bundle = 4,
    Resource = 5,
    Resources = 6,
}

public enum Need : byte
{
    Required = 1,
    Optional = 2,
}

/// <summary>One field of a hook's context, as the hook's page of the hooks library defines it.</summary>
/// <param name="Types">Resource types that a reference or resource may have; empty means any.</param>
public sealed record HookField(string Name, FieldShape Shape, Need Need, IReadOnlyList<string> Types)
{
    /// <summary>Another name that real clients or the library's own examples use for the same field.</summary>
    public string? Alias { get; init; }

    /// <summary>The name in version 1.0 of the hook, where it held one thing and not a list.</summary>
    public string? FormerName { get; init; }

    /// <summary>Tokens are root primitive fields only (CDS Hooks 2.0.1, Prefetch Template).</summary>
    public bool IsPrefetchToken => Shape is FieldShape.Id or FieldShape.Reference;
}

/// <summary>A hook and its context. A hook of our own (reverse domain name) has whatever fields its client sends.</summary>
public sealed record HookDefinition(string Name, IReadOnlyList<HookField> Fields)
{
    /// <summary>The version on the hook's page of the hooks library; hooks of our own begin at 1.0.</summary>
    public string Version { get; init; } = "1.0";

    /// <summary>Names with a dot are free to all; names without one belong to HL7 (CDS Hooks 2.0.1, Hook definitions).</summary>
    public bool IsCustom => Name.Contains('.', StringComparison.Ordinal);
}
