namespace DatacenterOst.Fhir.Definitions;

/// <summary>How firmly a coded element is bound to its value set (FHIR R4, 4.1.5 Binding Strengths).</summary>
internal enum BindingStrength { None, Preferred, Extensible, Required }

/// <summary>One type an element may have, with the reference targets and profiles that the specification names.</summary>
internal sealed record TypeOption(TypeDefinition Type, string[] Targets, string? Profile);

/// <summary>One element of a type, as the base specification defines it.</summary>
internal sealed class ElementDefinition
{
    public required string Name { get; init; }
    public required TypeDefinition Parent { get; init; }

    /// <summary>The same number for the same name everywhere, so that lookups by name compare integers.</summary>
    public required int NameId { get; init; }

    /// <summary>The place in the type, below 64.</summary>
    public required int Ordinal { get; init; }
    public required int Min { get; init; }
    public required int Max { get; init; }
    public required string Flags { get; init; }
    public required BindingStrength Binding { get; init; }
    public required string ValueSet { get; init; }
    public required Constraint[] Constraints { get; init; }
    public TypeOption[] Types { get; set; } = [];
    public bool IsArray => Max > 1;
    public bool IsChoice => Flags.Contains('[', StringComparison.Ordinal);
    public bool IsXmlAttribute => Flags.Contains('a', StringComparison.Ordinal);
    public bool IsSummary => Flags.Contains('s', StringComparison.Ordinal);
    public bool IsModifier => Flags.Contains('m', StringComparison.Ordinal);
}

/// <summary>An invariant of the specification.</summary>
internal sealed record Constraint(string Key, bool IsError, string Human, string Expression);
