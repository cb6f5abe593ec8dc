using DatacenterOst.Access;
using DatacenterOst.Store;

namespace DatacenterOst.Server.Fhir;

/// <summary><c>GET /fhir/Patient</c>: by _id, identifier, name and birthdate.</summary>
public static class PatientSearchEndpoint
{
    public static async Task Search(HttpContext http, DataCentre centre)
    {
        var parameters = new SearchParameters(http, "Patient");
        var query = new PatientQuery(
            parameters.Alternatives("_id"),
            parameters.Tokens("identifier"),
            parameters.Each("name"),
            parameters.Dates("birthdate"),
            parameters.Count(PatientQuery.MaxCount),
            parameters.Cursor);
        var page = await centre.PatientSearch.Find(query, Caller.Loopback, http.RequestAborted);
        await SearchAnswer.Write(http, "Patient", page, row => row.Record.FhirId, (json, row) =>
        {
            if (row.Resource is { } resource)
                ResourceJson.Write(json, resource);
            else
                PatientRecords.Write(json, row.Record);
        });
    }
}
