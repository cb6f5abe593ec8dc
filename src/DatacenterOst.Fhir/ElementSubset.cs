using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir;

/// <summary>A resource with some of its elements.</summary>
public static class ElementSubset
{
    /// <summary>The root element by its name ("value") or its JSON name ("valueQuantity"); null where the type has none such.</summary>
    internal static ElementDefinition? Find(TypeDefinition type, string name) =>
        type.Element(name) ?? type.Properties(Structures.Current).Find(System.Text.Encoding.UTF8.GetBytes(name))?.Element;
}
