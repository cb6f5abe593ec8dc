using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>Who a resource is about: a Patient itself, or the patient that it refers to.</summary>
internal static class FhirPatients
{
    /// <summary>Elements by which resources of the Patient compartment name their patient.</summary>
    private static readonly string[] Names = ["subject", "patient", "beneficiary", "individual", "for"];

    public static RawPatient? Of(Resource resource, string? id)
    {
        if (resource.TypeName == "Patient")
            return Patient(resource.Root, id is null ? null : "Patient/" + id);
        foreach (var name in Names)
        {
            foreach (var element in resource.Root.Children(name))
            {
                if (element.TypeName == "Reference" && Referred(resource.Root, element) is { } patient)
                    return patient;
            }
        }
        return null;
    }

    private static RawPatient? Referred(Element root, Element element)
    {
        var reference = element["reference"].AsString();
        if (reference is ['#', .. var id])
            return Contained(root, id);
        if (References.IsUrn(reference))
            return new RawPatient([], reference, Demographics.Unknown);
        if (reference is not null)
            return IsPatient(reference) ? new RawPatient([], WithoutVersion(reference), Demographics.Unknown) : null;
        var isOther = element["type"].AsString() is { } type && type != "Patient";
        return !isOther && IdentifierOf(element["identifier"]) is { } identifier ? new RawPatient([identifier], null, Demographics.Unknown) : null;
    }

    private static RawPatient? Contained(Element root, string id)
    {
        foreach (var contained in root.Children("contained"))
        {
            if (contained.TypeName == "Patient" && contained["id"].AsString() == id && Patient(contained, null) is { Identifiers.Count: > 0 } patient)
                return patient;
        }
        return null;
    }

    private static RawPatient Patient(Element patient, string? reference)
    {
        var identifiers = new List<Identifier>();
        foreach (var element in patient.Children("identifier"))
        {
            if (IdentifierOf(element) is { } identifier && !identifiers.Contains(identifier))
                identifiers.Add(identifier);
        }
        return new RawPatient(identifiers, reference, DemographicsOf(patient));
    }

    private static Identifier? IdentifierOf(Element identifier) =>
        identifier["system"].AsString() is { } system ? PatientIdentifiers.Of(system, identifier["value"].AsString()) : null;

    private static Demographics DemographicsOf(Element patient)
    {
        var names = patient.Children("name").ToList();
        var name = names.FirstOrDefault(n => n["use"].AsString() == "official");
        name = name.Exists ? name : names.FirstOrDefault(n => n["use"].AsString() is not ("old" or "maiden" or "nickname"));
        var given = string.Join(' ', name.Children("given").ToList().Select(g => g.AsString()).OfType<string>());
        return new Demographics(
            name["family"].AsString(),
            given.Length == 0 ? null : given,
            PatientIdentifiers.BirthDateOf(patient["birthDate"].AsString()),
            PatientIdentifiers.SexOf(patient["gender"].AsString()));
    }

    /// <summary><c>Patient/1</c>, or <c>https://other.example/fhir/Patient/1</c>, which is another patient.</summary>
    private static bool IsPatient(string reference)
    {
        var parts = WithoutVersion(reference).Split('/');
        return parts.Length >= 2 && parts[^2] == "Patient" && parts[^1].Length > 0;
    }

    private static string WithoutVersion(string reference)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        return history < 0 ? reference : reference[..history];
    }
}
