using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Paths;

/// <summary>A type as expressions name it: "FHIR.Patient", "System.Boolean", "Quantity".</summary>
internal sealed class TypeName
{
    private static readonly string[] SystemTypes = ["Any", "Boolean", "String", "Integer", "Long", "Decimal", "Date", "DateTime", "Time", "Quantity"];

    public TypeName(string text, int position)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var space = dot < 0 ? "" : text[..dot];
        Name = text[(dot + 1)..];
        if (space is not ("" or "FHIR" or "System")) throw new FhirPathException($"There is no namespace '{space}'; types are FHIR.… or System.…", position);
        Fhir = space == "System" ? null : Structures.Current.Type(Name);
        IsSystem = space == "System" || (Fhir is null && space == "" && SystemTypes.Contains(Name));
        // Quantity is both; without a namespace FHIR's is tried first and FHIRPath's own as well.
        AcceptsBoth = space == "" && Name == "Quantity";
        IsKnown = Fhir is not null || IsSystem;
    }

    public string Name { get; }
    public TypeDefinition? Fhir { get; }
    public bool IsSystem { get; }
    public bool AcceptsBoth { get; }
    public bool IsKnown { get; }

    /// <summary>True where the value is of the type or of one derived from it.</summary>
    public bool Matches(in PathValue value)
    {
        if (value.Kind == PathKind.Element) return Fhir is not null && value.Element.Definition is var type && (type.Is(Fhir) || type.FhirName == Fhir.Name);
        return (IsSystem || AcceptsBoth) && value.Kind.ToString() == Name;
    }

    /// <summary>As <see cref="Matches"/>, but a primitive must be of exactly the type: a code is no string for as() and ofType().</summary>
    public bool Selects(in PathValue value) =>
        Matches(value) && (value.Kind != PathKind.Element || !value.Element.Definition.IsPrimitive || value.Element.Definition == Fhir);
}
