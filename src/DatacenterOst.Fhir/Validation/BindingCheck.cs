using DatacenterOst.Fhir.Definitions;

namespace DatacenterOst.Fhir.Validation;

/// <summary>Codes against the value sets they are bound to (FHIR R4, 4.1.5).</summary>
internal sealed class BindingCheck(ValidationRun run)
{
    public void Check(Element element, ElementDefinition definition) => Check(element, definition.Binding, definition.ValueSet);

    public void Check(Element element, BindingStrength strength, string valueSet)
    {
        switch (element.TypeName)
        {
            case "CodeableConcept":
                Concept(element, strength, valueSet);
                break;
            case "Coding":
                Coding(element, strength, valueSet);
                break;
            case "Quantity" or "Age" or "Duration" or "Count" or "Distance" or "Money":
                if (element["code"].AsString() is { } unit) Report(element["code"], strength, valueSet, run.Validator.IsMember(valueSet, element["system"].AsString(), unit), unit);
                break;
            default:
                if (element.AsString() is { } code) Report(element, strength, valueSet, run.Validator.IsMember(valueSet, null, code), code);
                break;
        }
    }

    private void Coding(Element coding, BindingStrength strength, string valueSet)
    {
        var (system, code) = (coding["system"].AsString(), coding["code"].AsString());
        if (code is not null) Report(coding, strength, valueSet, run.Validator.IsMember(valueSet, system, code), $"{system}|{code}");
    }

    /// <summary>One coding of the set is enough.</summary>
    private void Concept(Element concept, BindingStrength strength, string valueSet)
    {
        bool? found = false;
        var codings = 0;
        foreach (var coding in concept.Children("coding"))
        {
            if (coding["code"].AsString() is not { } code) continue;
            codings++;
            var member = run.Validator.IsMember(valueSet, coding["system"].AsString(), code);
            if (member == true) return;
            if (member is null) found = null;
        }
        if (codings > 0) Report(concept, strength, valueSet, found, string.Join(", ", concept.Children("coding").ToList().Select(c => $"{c["system"].AsString()}|{c["code"].AsString()}")));
        else if (strength == BindingStrength.Required && run.Validator.Profiles.Codes.Set(valueSet) is not null && !concept["extension"].Exists)
            run.Add(IssueSeverity.Error, "code-invalid", concept, $"A code of {valueSet} is required here, text alone is not enough");
    }

    private void Report(Element element, BindingStrength strength, string valueSet, bool? found, string code)
    {
        if (found != false) return;
        if (strength == BindingStrength.Required) run.Add(IssueSeverity.Error, "code-invalid", element, $"'{code}' is not in the value set {valueSet}, from which a code is required; choose one of its codes");
        else run.Add(IssueSeverity.Warning, "code-invalid", element, $"'{code}' is not in the value set {valueSet}; use one of its codes if one fits");
    }
}
