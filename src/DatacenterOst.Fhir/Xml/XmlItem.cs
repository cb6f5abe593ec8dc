using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Xml;

/// <summary>One element of a FHIR XML document, bound to the slot of its type.</summary>
internal sealed class XmlItem(Slot? slot, TypeDefinition type, (int Line, int Column) place)
{
    /// <summary>Null for the root.</summary>
    public Slot? Slot { get; } = slot;
    public TypeDefinition Type { get; } = type;
    public (int Line, int Column) Place { get; } = place;

    /// <summary>A primitive's value; null where it has none.</summary>
    public string? Value { get; set; }
    public List<XmlItem> Children { get; } = [];
}
