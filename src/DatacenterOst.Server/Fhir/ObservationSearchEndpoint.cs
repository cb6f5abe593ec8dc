using System.Text.Json;
using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>GET /fhir/Observation</c>: one patient's timeline, by patient, code and date.</summary>
public static class ObservationSearchEndpoint
{
    public static async Task Search(HttpContext http, DataCentre centre)
    {
        var parameters = new SearchParameters(http, "Observation");
        if (parameters.Alternatives("_id") is { Count: > 0 } ids)
        {
            await SearchById(http, ids, centre);
            return;
        }

        var reference = Reference(parameters);
        var patient = await centre.Patients.FindReference(reference, Caller.Loopback, http.RequestAborted);
        var query = new ObservationQuery(
            patient ?? PatientId.None,
            parameters.Tokens("code"),
            parameters.Dates("date"),
            parameters.Order("date", DateOrder.NewestFirst),
            parameters.Count(ObservationQuery.MaxCount),
            parameters.Cursor);
        var page = patient is null ? new Page<ObservationRow>([], null, 0) : await centre.Observations.Find(query, Caller.Loopback, http.RequestAborted);
        await SearchAnswer.Write(http, "Observation", page, row => row.Id, (json, row) => Write(json, row, reference));
    }

    /// <summary>The resource as it came, or the Observation that a fact of another source is.</summary>
    public static void Write(Utf8JsonWriter json, ObservationRow row, string patientReference)
    {
        if (row.Resource is { } resource)
            ResourceJson.Write(json, resource);
        else
            FactObservations.Write(json, row.Facts[0], row.Id, patientReference);
    }

    private static string Reference(SearchParameters parameters)
    {
        var patients = parameters.Alternatives("patient");
        if (patients.Count != 1)
            throw new Problem(
                ProblemKind.Invalid,
                "Observations are searched for one patient at a time: add patient=Patient/ID.",
                where: "Observation?patient");
        return patients[0].StartsWith("Patient/", StringComparison.Ordinal) ? patients[0] : $"Patient/{patients[0]}";
    }

    private static async Task SearchById(HttpContext http, IReadOnlyList<string> ids, DataCentre centre)
    {
        var rows = new List<(ObservationRow Row, string Patient)>();
        foreach (var id in ids)
            if (await centre.Observations.Read(id, Caller.Loopback, http.RequestAborted) is { } row)
                rows.Add((row, await PatientOf(row, centre, http.RequestAborted)));
        var page = new Page<(ObservationRow Row, string Patient)>(rows, null, rows.Count);
        await SearchAnswer.Write(http, "Observation", page, found => found.Row.Id, (json, found) => Write(json, found.Row, found.Patient));
    }

    /// <summary>The reference of the patient whom a found observation is about.</summary>
    public static async Task<string> PatientOf(ObservationRow row, DataCentre centre, CancellationToken cancellationToken)
        => row.Facts.Count == 0 ? "" : $"Patient/{(await centre.Patients.Get(row.Facts[0].Patient, Caller.Loopback, cancellationToken)).FhirId}";
}
