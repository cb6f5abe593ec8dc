using DatacenterOst.Clinical;
using DatacenterOst.Fhir;

namespace DatacenterOst.Sources.Fhir;

/// <summary>What a resource says: who it is about, the facts in it, and what in it could not be taken.</summary>
public sealed record FhirContent(RawPatient? Patient, IReadOnlyList<RawFact> Facts, RawProblem? Problem);

/// <summary>
/// A FHIR R4 resource → raw facts. Pure: bundles, the FHIR API and CDS Hooks prefetch all come through here, so that the
/// same resource gives the same number whichever way it came.
/// </summary>
public static class FhirFacts
{
    /// <param name="zone">IANA zone of dates that have no time.</param>
    public static FhirContent Of(Resource resource, string zone) => Of(resource, zone, resource.Id);

    /// <param name="id">The id under which the resource will be known, where it has none of its own.</param>
    public static FhirContent Of(Resource resource, string zone, string? id)
    {
        var patient = FhirPatients.Of(resource, id);
        var (facts, problem) = FactsOf(resource, new FhirTimes(zone), id);
        if (patient is null && facts.Count > 0)
            problem ??= new RawProblem(RejectionReasons.PatientMissing, "the resource names no Patient (subject or patient), so its facts have nowhere to go");
        return new FhirContent(patient, facts, problem);
    }

    private static (IReadOnlyList<RawFact>, RawProblem?) FactsOf(Resource resource, FhirTimes times, string? id)
    {
        var root = resource.Root;
        var resultId = id is null ? null : $"{resource.TypeName}/{id}";
        return resource.TypeName switch
        {
            "Observation" => ObservationFacts.Of(root, times, resultId),
            "MedicationRequest" => (IsOrder(root) ? [Dosed(Event(FactKind.Medication, Medication(root), times.Of(root["authoredOn"]), root["status"]))] : [], null),
            "MedicationAdministration" => ([Given(Dosed(Event(FactKind.Medication, Medication(root), times.Of(root["effective"]), root["status"])))], null),
            "MedicationStatement" => ([Dosed(Event(FactKind.Medication, Medication(root), times.Of(root["effective"]) ?? times.Of(root["dateAsserted"]), root["status"]))], null),
            "Immunization" => ([Event(FactKind.Medication, root["vaccineCode"], times.Of(root["occurrence"]), root["status"])], null),
            "Procedure" => ([Event(FactKind.Procedure, root["code"], times.Of(root["performed"]), root["status"])], null),
            "Condition" => ([Condition(root)], null),
            _ => ([], null),
        };

        RawFact Dosed(RawFact course) => MedicationDoses.Of(root) is { } dose ? course with { Value = dose.Text, Unit = dose.Unit } : course;

        // A dose that was given says "completed" of itself and nothing of the treatment: how long it counts is for the reader to say.
        RawFact Given(RawFact dose) => dose is { Status: "completed", EndedAt: null } ? dose with { Status = "final" } : dose;

        RawFact Event(FactKind kind, Element concept, RawTime? observed, Element status) => new()
        {
            Kind = kind,
            Codings = FhirValues.Codings(concept),
            ObservedAt = observed,
            EndedAt = times.End(root["effective"]) ?? times.End(root["performed"]),
            KnownAt = times.Known(root, "authoredOn", "recorded", "dateAsserted"),
            Status = status.AsString(),
            ResultId = resultId,
        };

        RawFact Condition(Element condition) =>
            Event(FactKind.Condition, condition["code"], times.Of(condition["onset"]) ?? times.Of(condition["recordedDate"]), condition["verificationStatus"]["coding"]["code"]) with
            {
                EndedAt = times.End(condition["onset"]) ?? times.Of(condition["abatement"]),
                KnownAt = times.Known(condition, "recordedDate"),
            };
    }

    /// <summary>A proposal, a plan or an order not to give something is no medication of the patient.</summary>
    private static bool IsOrder(Element request) =>
        request["intent"].AsString() is not ("proposal" or "plan" or "option") && request["doNotPerform"].AsBoolean() != true;

    /// <summary>medicationCodeableConcept, or the code of the contained Medication that medicationReference points to.</summary>
    private static Element Medication(Element root)
    {
        var medication = root["medication"];
        if (medication["reference"].AsString() is not ['#', .. var id])
            return medication;
        foreach (var contained in root.Children("contained"))
        {
            if (contained["id"].AsString() == id)
                return contained["code"];
        }
        return default;
    }
}
