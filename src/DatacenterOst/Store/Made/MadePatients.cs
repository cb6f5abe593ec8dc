using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Store.Kept;

namespace DatacenterOst.Store.Made;

/// <summary>Keeps the Patients that the store makes in step with the directory, in the transaction that changes it.</summary>
internal sealed class MadePatients(StoreDatabase database, StoreTransaction transaction)
{
    private readonly ResourceVersions versions = new();
    private readonly ResourceRows rows = new(database.Dialect);

    public async Task Write(DirectoryView view, CancellationToken cancellationToken)
    {
        var described = view.Described.Select(view.Get).ToList();
        var results = await Results(view.Renamed.Select(renamed => renamed.Patient), cancellationToken);
        if (described.Count == 0 && view.Renamed.Count == 0)
        {
            return;
        }

        await versions.Ask(
            transaction,
            [
                .. described.Select(patient => (MadeResources.Patient, patient.FhirId)).Distinct(),
                .. view.Renamed.Select(renamed => (MadeResources.Patient, renamed.FormerId)),
                .. results.Select(result => (MadeResources.Observation, result.Id)),
            ],
            cancellationToken);
        await transaction.Send(cancellationToken);
        versions.Loaded();
        var stamps = new Stamps(database.Clock.Take(described.Count + view.Renamed.Count + results.Count + 1));
        var made = new MadeResources(versions, rows, stamps, database.Indexed);
        var now = Instants.Kept(database.Time.GetUtcNow());
        foreach (var patient in described)
        {
            made.Add(new PatientRecord(patient.Patient, patient.FhirId, patient.Demographics, await Identifiers(patient.Patient, cancellationToken)), now);
        }

        foreach (var (patient, former) in view.Renamed)
        {
            made.Remove(patient, (MadeResources.Patient, former), now);
        }

        foreach (var result in results)
        {
            var resource = Referring(result.Body, view.Get(result.Patient).FhirId);
            made.Change(result.Patient, (MadeResources.Observation, result.Id), resource, now, result.Raw);
        }

        await rows.Write(transaction, cancellationToken);
    }

    private Task<List<Identifier>> Identifiers(PatientId patient, CancellationToken cancellationToken) =>
        transaction.Command(
                "select system, value from patient_identifier where patient_key = @patient and system <> @own order by system, value",
                ("@patient", patient.Value), ("@own", PatientReference.System))
            .Rows(row => new Identifier(row.GetString(0), row.GetString(1)), cancellationToken);

    private sealed record MadeResult(PatientId Patient, string Id, byte[] Body, byte[] Raw);

    // The Observations that name a patient by the id that the patient no longer has.
    private async Task<List<MadeResult>> Results(IEnumerable<PatientId> patients, CancellationToken cancellationToken)
    {
        var results = new List<MadeResult>();
        foreach (var patient in patients.Distinct())
        {
            results.AddRange(await transaction.Command("""
                select r.id, r.body, r.encoding, r.raw_key from resource r
                where r.patient_key = @patient and r.type = @type and r.replaced_at = @current and r.deleted = 0 and length(r.body_key) = 0
                """, ("@patient", patient.Value), ("@type", ResourceTypes.NumberOf(MadeResources.Observation)), ("@current", ResourceRows.NotReplaced))
                .Rows(row => new MadeResult(patient, row.GetString(0), KeptBytes.Open(row.Bytes(1), row.GetInt16(2)), row.Bytes(3)), cancellationToken));
        }

        return results;
    }

    private static Resource Referring(byte[] body, string patientId)
    {
        var text = Encoding.UTF8.GetString(body);
        const string Before = "\"subject\":{\"reference\":\"Patient/";
        var start = text.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return Resource.ParseJson(Encoding.UTF8.GetBytes(text[..start] + patientId + text[text.IndexOf('"', start)..]));
    }
}
