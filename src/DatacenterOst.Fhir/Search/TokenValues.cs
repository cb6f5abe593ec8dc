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
                AddConcept(values, parameter, element);
                break;
            case "Coding":
                Coding(values, parameter, element, null);
                break;
            case "Identifier":
                AddIdentifier(values, parameter, element);
                break;
            case "ContactPoint":
                if (element["value"].AsString() is { } contact) values.Add(new TokenValue(parameter, element["use"].AsString(), contact, null));
                break;
            default:
                if (element.AsString() is { } code) values.Add(new TokenValue(parameter, CodeSystemOf(element), code, null));
                break;
        }
    }

    // The text stands with a coding that has no display of its own; where there is none and it says something else, by itself.
    private static void AddConcept(List<SearchValue> values, SearchParameter parameter, Element concept)
    {
        var text = concept["text"].AsString();
        var isSaid = text is null;
        foreach (var coding in concept.Children("coding"))
        {
            var said = Coding(values, parameter, coding, text);
            isSaid |= said is null || said.Equals(text, StringComparison.OrdinalIgnoreCase);
        }
        if (!isSaid) values.Add(new TokenValue(parameter, null, null, text));
    }

    private static void AddIdentifier(List<SearchValue> values, SearchParameter parameter, Element identifier)
    {
        if (identifier["value"].AsString() is not { } value) return;
        var type = identifier["type"];
        var token = new TokenValue(parameter, identifier["system"].AsString(), value, type["text"].AsString() ?? type["coding"]["display"].AsString());
        if (type["coding"].Exists) token = token with { IdentifierTypes = [.. type.Children("coding").ToList().Where(c => c["code"].HasValue).Select(c => new CodeOfSystem(c["system"].AsString(), c["code"].AsString()!))] };
        values.Add(token);
    }

    // Returns the words that the coding is found by.
    private static string? Coding(List<SearchValue> values, SearchParameter parameter, Element coding, string? text)
    {
        var code = coding["code"].AsString();
        var display = coding["display"].AsString() ?? text;
        if (code is not null || display is not null) values.Add(new TokenValue(parameter, coding["system"].AsString(), code, display));
        return display;
    }

    // A bare code belongs to the one code system of the value set it is required from.
    private static string? CodeSystemOf(Element element)
    {
        if (element.TypeName == "boolean") return "http://terminology.hl7.org/CodeSystem/special-values";
        if (element.TypeName != "code" || element.Slot.Element is not { Binding: BindingStrength.Required } bound) return null;
        return CodeSets.Current.Set(bound.ValueSet)?.OnlySystem;
    }
}
