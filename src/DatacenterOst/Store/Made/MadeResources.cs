using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store.Kept;
using DatacenterOst.Store.Search;

namespace DatacenterOst.Store.Made;

/// <summary>
/// Resources that the store makes of what came without one, so that a FHIR search finds results of HL7 v2 and CSV beside all
/// others. They have no body key: a digest of what was received leaves them out.
/// </summary>
internal sealed class MadeResources(ResourceVersions versions, ResourceRows rows, Stamps stamps, SearchParameters parameters)
{
    public const string Observation = "Observation";
    public const string Patient = "Patient";

    /// <summary>The Observation of a result, or the version of it that says that the result was withdrawn.</summary>
    public void Add(FactRow fact, string patientId)
    {
        var patient = new PatientId(fact.Patient);
        var id = MadeObservation.IdOf(patient, fact.Result);
        var isGone = fact.Finding.Status == FactStatus.Retracted;
        if (!isGone || versions.OwnerOf((Observation, id)) is not null)
        {
            Add(patient, (Observation, id), Readable(fact.Finding, id, patientId), fact.Finding.KnownAt, isGone, KeyBytes.Of(fact.Raw.Value));
        }
    }

    /// <summary>The Patient that a source other than FHIR has described; a Patient that was received as such is left alone.</summary>
    public void Add(PatientRecord patient, DateTimeOffset knownAt)
    {
        if (!IsReceived((Patient, patient.FhirId)))
        {
            Add(patient.Patient, (Patient, patient.FhirId), Resource.ParseJson(MadePatient.Write(patient)), knownAt, isGone: false, []);
        }
    }

    /// <summary>A made resource that another takes the place of.</summary>
    public void Remove(PatientId patient, (string Type, string Id) key, DateTimeOffset knownAt)
    {
        if (versions.OwnerOf(key) is not null && !IsReceived(key))
        {
            Add(patient, key, Resource.ParseJson(System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"{{key.Type}}","id":"{{key.Id}}"}""")), knownAt, isGone: true, []);
        }
    }

    /// <summary>A made resource with another content.</summary>
    public void Change(PatientId patient, (string Type, string Id) key, Resource resource, DateTimeOffset knownAt, byte[] raw) =>
        Add(patient, key, resource, knownAt, isGone: false, raw);

    private bool IsReceived((string Type, string Id) key) =>
        versions.OwnerOf(key) is { } owner && versions.Of(key, owner).LastOrDefault() is { Body: not null, IsDeleted: false };

    private void Add(PatientId patient, (string Type, string Id) key, Resource resource, DateTimeOffset knownAt, bool isGone, byte[] raw)
    {
        var there = versions.Of(key, patient.Value);
        var version = new KnownVersion(there.Count == 0 ? 1 : there[^1].Number + 1, null, knownAt, stamps.Next(), isGone);
        there.Add(version);
        rows.Add(new NewVersion(
            patient.Value, key.Type, key.Id, version.Number, version.StoredAt, Instants.Micros(knownAt), KeptBytes.Keep(resource.Source.Span), [], raw,
            isGone ? null : IndexedValues.Of(resource, parameters)));
    }

    // What a source writes as a code or a text need not be one in FHIR's eyes (blanks, control characters). The canonical
    // code and the value always are; the source's own words are kept in the raw record.
    private static Resource Readable(Finding finding, string id, string patientId)
    {
        try
        {
            return Resource.ParseJson(MadeObservation.Write(finding, id, patientId));
        }
        catch (FhirFormatException)
        {
            return Resource.ParseJson(MadeObservation.Write(finding with { Coding = new Coding(finding.Concept.Code), Text = null }, id, patientId));
        }
    }
}
