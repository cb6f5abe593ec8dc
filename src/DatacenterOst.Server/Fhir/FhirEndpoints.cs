using DatacenterOst.Access;
using DatacenterOst.Clinical;
using DatacenterOst.Fhir;
using DatacenterOst.Server.Http;

namespace DatacenterOst.Server.Fhir;

/// <summary>FHIR R4 over HTTP (http.html): capabilities, read, vread, create and update; searches stand in their own files.</summary>
public static class FhirEndpoints
{
    /// <summary>One resource; Binary and large questionnaires fit, a file does not.</summary>
    private const int MaxResourceBytes = 5 * 1024 * 1024;

    public static void MapFhir(this IEndpointRouteBuilder app)
    {
        var fhir = app.MapGroup("/fhir").ExcludeFromDescription();
        fhir.MapGet("/metadata", Capabilities);
        foreach (var type in FhirCapabilities.Resources.Select(resource => resource.Type))
        {
            fhir.MapGet($"/{type}/{{id}}", (HttpContext http, string id, DataCentre centre) => Read(http, type, id, centre));
            fhir.MapGet($"/{type}/{{id}}/_history/{{version}}", (HttpContext http, string id, string version, DataCentre centre) => VersionRead(http, type, id, version, centre));
            fhir.MapPost($"/{type}", (HttpContext http, DataCentre centre) => Create(http, type, centre));
            fhir.MapPut($"/{type}/{{id}}", (HttpContext http, string id, DataCentre centre) => Update(http, type, id, centre));
        }

        fhir.MapGet("/Patient", PatientSearchEndpoint.Search);
        fhir.MapGet("/Observation", ObservationSearchEndpoint.Search);
    }

    private static Task Capabilities(HttpContext http, DataCentre centre)
        => FhirAnswers.Write(http, StatusCodes.Status200OK, json => FhirCapabilities.Write(json, FhirAnswers.Base(http), centre.Time.GetUtcNow()));

    private static async Task Read(HttpContext http, string type, string id, DataCentre centre)
    {
        if (await centre.Resources.Read(type, id, Caller.Loopback, http.RequestAborted) is { } stored)
            await FhirAnswers.Write(http, StatusCodes.Status200OK, stored);
        else if (type == "Observation" && await centre.Observations.Read(id, Caller.Loopback, http.RequestAborted) is { } row)
            await ReadFact(http, row, centre);
        else if (type == "Patient" && await PatientOfOtherSources(id, centre, http.RequestAborted) is { } patient)
            await FhirAnswers.Write(http, StatusCodes.Status200OK, json => PatientRecords.Write(json, patient));
        else
            throw NotFound(type, id);
    }

    private static async Task ReadFact(HttpContext http, Store.ObservationRow row, DataCentre centre)
    {
        var patient = await ObservationSearchEndpoint.PatientOf(row, centre, http.RequestAborted);
        await FhirAnswers.Write(http, StatusCodes.Status200OK, json => ObservationSearchEndpoint.Write(json, row, patient));
    }

    // A patient who is known from v2 or CSV only has no resource of its own, and is a Patient all the same.
    private static async Task<Store.PatientRecord?> PatientOfOtherSources(string id, DataCentre centre, CancellationToken cancellationToken)
        => await centre.Patients.FindReference($"Patient/{id}", Caller.Loopback, cancellationToken) is { } known
            ? await centre.Patients.Get(known, Caller.Loopback, cancellationToken)
            : null;

    private static async Task VersionRead(HttpContext http, string type, string id, string version, DataCentre centre)
    {
        var versions = await centre.Resources.Versions(type, id, Caller.Loopback, http.RequestAborted);
        var wanted = versions.FirstOrDefault(stored => stored.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) == version)
            ?? throw new Problem(ProblemKind.NotFound, $"{type} has no such version.", where: "versionId");
        await FhirAnswers.Write(http, StatusCodes.Status200OK, wanted);
    }

    private static async Task Create(HttpContext http, string type, DataCentre centre)
    {
        var body = await Body(http, type);
        var id = Guid.CreateVersion7(centre.Time.GetUtcNow()).ToString("D", System.Globalization.CultureInfo.InvariantCulture);
        var record = centre.Writing.Record(ResourceJson.WithId(body.Source, id));
        var written = await centre.Resources.Create(FhirWriting.ProfileId, record, Caller.Loopback, http.RequestAborted);
        await FhirAnswers.Write(http, StatusCodes.Status201Created, written.Resource);
    }

    private static async Task Update(HttpContext http, string type, string id, DataCentre centre)
    {
        var body = await Body(http, type);
        if (body.Id != id)
            throw new Problem(ProblemKind.Invalid, $"The resource must carry the id of the address it is put to; it carries {(body.Id is null ? "none" : "another")}.", where: $"{type}.id");
        var record = centre.Writing.Record(body.Source);
        var written = await centre.Resources.Update(FhirWriting.ProfileId, record, FhirAnswers.IfMatch(http.Request), Caller.Loopback, http.RequestAborted);
        var status = written.Resource.Version == 1 && written.State == Store.ItemState.New ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await FhirAnswers.Write(http, status, written.Resource);
    }

    private static async Task<Resource> Body(HttpContext http, string type)
    {
        RequestBody.RequireJson(http.Request);
        var resource = FhirWriting.Parse(await RequestBody.Read(http.Request, MaxResourceBytes, http.RequestAborted));
        return resource.TypeName == type
            ? resource
            : throw new Problem(ProblemKind.Invalid, $"This address takes {type}; the body is {resource.TypeName}.", where: "resourceType");
    }

    private static Problem NotFound(string type, string id) => new(ProblemKind.NotFound, $"There is no {type} with this id.", where: $"{type}/{(id.Length > 64 ? "…" : id)}");
}
