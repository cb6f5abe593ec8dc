using DatacenterOst.Fhir.Codes;
using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Search;

/// <summary>Codes, identifiers and other exact values (FHIR R4, 3.1.1.4.10).</summary>
internal static class TokenValues
{
    public static void Add(List<SearchValue> values, SearchParameter parameter, in PathValue found)
    {
        var element = found.Element;
        if (!element.Exists)
        {
            if (found.Kind != PathKind.None) values.Add(new TokenValue(parameter, null, found.ToString(), null));
            return;
        }
        switch (element.TypeName)
        {
            case "CodeableConcept":
                var text = element["text"].AsString();
                foreach (var coding in element.Children("coding")) Coding(values, parameter, coding, text);
                if (text is not null && !element["coding"].Exists) values.Add(new TokenValue(parameter, null, null, text));
                break;
            case "Coding":
                Coding(values, parameter, element, null);
                break;
            case "Identifier":
                if (element["value"].AsString() is { } identifier) values.Add(new TokenValue(parameter, element["system"].AsString(), identifier, element["type"]["text"].AsString()));
                break;
            case "ContactPoint":
                if (element["value"].AsString() is { } contact) values.Add(new TokenValue(parameter, element["use"].AsString(), contact, null));
                break;
            default:
                if (element.AsString() is { } code) values.Add(new TokenValue(parameter, CodeSystemOf(element), code, null));
                break;
        }
    }

    private static void Coding(List<SearchValue> values, SearchParameter parameter, Element coding, string? text)
    {
        var code = coding["code"].AsString();
        var display = coding["display"].AsString() ?? text;
        if (code is not null || display is not null) values.Add(new TokenValue(parameter, coding["system"].AsString(), code, display));
    }

    // A bare code belongs to the one code system of the value set it is required from.
    private static string? CodeSystemOf(Element element)
    {
        if (element.TypeName == "boolean") return "http://terminology.hl7.org/CodeSystem/special-values";
        if (element.TypeName != "code" || element.Slot.Element is not { Binding: BindingStrength.Required } bound) return null;
        return CodeSets.Current.Set(bound.ValueSet)?.OnlySystem;
    }
}
