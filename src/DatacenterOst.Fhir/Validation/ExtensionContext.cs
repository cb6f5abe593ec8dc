namespace DatacenterOst.Fhir.Validation;

/// <summary>Where an extension may stand (FHIR R4, 2.4.1.1 StructureDefinition.context).</summary>
internal static class ExtensionContext
{
    public static bool Allows(Element extension, (string Type, string Expression)[] contexts)
    {
        var ancestors = ElementPath.Ancestors(extension.Owner!, extension.Index);
        var host = new Element(extension.Owner!, ancestors.Count > 1 ? ancestors[^2] : 0);
        return Array.Exists(contexts, c => c.Type switch
        {
            "element" => IsAt(host, c.Expression.Split('#')[^1]),
            "extension" => host.TypeName == "Extension" && host["url"].AsString() == c.Expression,
            // An expression over the whole resource says more than a place; it is not judged.
            _ => true,
        });
    }

    /// <summary>"Patient", "Patient.contact.name", "HumanName", "Element": a type, or an element by its path from a type.</summary>
    private static bool IsAt(Element host, string expression)
    {
        // HL7 writes Element for "anywhere" and puts such extensions on resources too.
        if (expression is "Element") return true;
        for (var type = host.Definition; type is not null; type = type.Base)
            if (type.Name == expression || type.FhirName == expression) return true;
        if (host.Node.Slot == 0) return false;
        var element = host.Slot.Element;
        var plain = expression.Replace("[x]", "", StringComparison.Ordinal);
        for (var parent = element.Parent; parent is not null; parent = parent.Base)
            if ($"{parent.Name}.{element.Name}" == plain) return true;
        return false;
    }
}
