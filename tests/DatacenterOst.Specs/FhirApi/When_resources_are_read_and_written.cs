using System.Net;
using System.Text;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.FhirApi;

/// <summary>The FHIR API over real HTTP, on both stores.</summary>
public sealed class When_resources_are_read_and_written(PrivatePostgres postgres)
{
    public static readonly TheoryData<string> Stores = ["sqlite", "postgresql"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stores))]
    public async Task the_capability_statement_names_what_is_built(string store)
    {
        await using var ost = await Start(store);
        var statement = await ost.Get("/fhir/metadata", Token);
        Assert.Equal("4.0.1", statement.GetProperty("fhirVersion").GetString());
        var types = statement.GetProperty("rest")[0].GetProperty("resource").EnumerateArray().Select(r => r.GetProperty("type").GetString());
        Assert.Equal(DatacenterOst.Fhir.FhirDefinitions.ResourceTypes.Except(["Parameters"]), types);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task a_created_observation_is_found_by_patient_code_and_date(string store)
    {
        await using var ost = await Start(store);
        await Put(ost, "/fhir/Patient/anna", """{"resourceType":"Patient","id":"anna","name":[{"family":"Holm","given":["Anna"]}],"birthDate":"1968-04-14"}""", HttpStatusCode.Created);
        var created = await Post(ost, "/fhir/Observation", Creatinine("1.10"), HttpStatusCode.Created);
        Assert.StartsWith(ost.Address + "/fhir/Observation/", created.Headers.Location!.ToString(), StringComparison.Ordinal);

        var found = await ost.Get("/fhir/Observation?patient=Patient/anna&code=http://loinc.org|14682-9&date=ge2026-03-01&_sort=-date&_count=10", Token);
        var observation = found.GetProperty("entry")[0].GetProperty("resource");
        Assert.Equal("1.10", observation.GetProperty("valueQuantity").GetProperty("value").GetRawText());
        Assert.Equal("1", observation.GetProperty("meta").GetProperty("versionId").GetString());
        Assert.False((await ost.Get("/fhir/Observation?patient=anna&date=lt2026-03-01", Token)).TryGetProperty("entry", out _));
        Assert.True((await ost.Get("/fhir/Patient?name=hol&birthdate=1968", Token)).TryGetProperty("entry", out _));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task an_update_makes_a_new_version_and_a_stale_one_is_refused(string store)
    {
        await using var ost = await Start(store);
        await Put(ost, "/fhir/Patient/anna", """{"resourceType":"Patient","id":"anna","gender":"female"}""", HttpStatusCode.Created);
        var second = await Put(ost, "/fhir/Patient/anna", """{"resourceType":"Patient","id":"anna","gender":"female","active":true}""", HttpStatusCode.OK);
        Assert.Equal("W/\"2\"", second.Headers.ETag!.ToString());
        using var stale = new HttpRequestMessage(HttpMethod.Put, "/fhir/Patient/anna")
        {
            Content = Json("""{"resourceType":"Patient","id":"anna","active":false}"""),
        };
        stale.Headers.TryAddWithoutValidation("If-Match", "W/\"1\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ost.Http.SendAsync(stale, Token)).StatusCode);
        var first = await ost.Get("/fhir/Patient/anna/_history/1", Token);
        Assert.False(first.TryGetProperty("active", out _));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task a_result_that_came_as_v2_is_an_observation_like_any_other(string store)
    {
        await using var ost = await Start(store);
        await ost.Receive("oru-r01", "MSH|^~\\&|LAB|X|DOST|OST|20260301090000+0100||ORU^R01|1|P|2.5.1\rPID|1||7404683990^^^CPR||Holm^Anna||19680414|F\rOBR|1||F1|NPU18016^Creatininium;P^NPU|||20260301080000+0100\rOBX|1|NM|NPU18016^Creatininium;P^NPU||96|umol/L|||||F\r", Token);
        var patients = await ost.Get("/fhir/Patient?identifier=urn:oid:1.2.208.176.1.2|7404683990", Token);
        var id = patients.GetProperty("entry")[0].GetProperty("resource").GetProperty("id").GetString();
        var found = (await ost.Get($"/fhir/Observation?patient={id}&code=NPU18016", Token)).GetProperty("entry")[0].GetProperty("resource");
        Assert.Equal(96, found.GetProperty("valueQuantity").GetProperty("value").GetDecimal());
        Assert.Equal($"Patient/{id}", found.GetProperty("subject").GetProperty("reference").GetString());
        var again = await ost.Get($"/fhir/Observation/{found.GetProperty("id").GetString()}", Token);
        Assert.Equal(found.GetRawText(), again.GetRawText());
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task pages_follow_each_other_without_gap_or_repetition(string store)
    {
        await using var ost = await Start(store);
        var rows = Enumerable.Range(0, 25).Select(hour => FormattableString.Invariant($"7101700001;NPU18016;{60 + hour};umol/L;2026-03-01 {hour % 24:D2}:{hour:D2};;R{hour}"));
        await ost.Receive("csv-results", "CPR;Analysekode;Resultat;Enhed;Prøvetid;Svartid;ResultatId\n" + string.Join('\n', rows), Token);
        var patient = (await ost.Get("/fhir/Patient?identifier=7101700001", Token)).GetProperty("entry")[0].GetProperty("resource").GetProperty("id").GetString();
        var seen = new List<string>();
        for (var next = $"/fhir/Observation?patient={patient}&_count=10&_sort=date"; next is not null;)
        {
            var page = await ost.Get(next, Token);
            seen.AddRange(page.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()!));
            next = page.GetProperty("link").EnumerateArray().Where(link => link.GetProperty("relation").GetString() == "next").Select(link => link.GetProperty("url").GetString()).FirstOrDefault();
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("/fhir/Observation?patient=x&date=yesterday", 400, "date")]
    [InlineData("/fhir/Observation?patient=x&_count=-1", 400, "_count")]
    [InlineData("/fhir/Patient?birthdate=2026-02-30", 400, "birthdate")]
    [InlineData("/fhir/Patient/none", 404, "Patient")]
    [InlineData("/fhir/Starship/1", 404, "")]
    public async Task a_question_that_cannot_be_answered_is_an_operation_outcome_that_says_why(string url, int status, string says)
    {
        await using var ost = await Start("sqlite");
        using var answer = await ost.Http.GetAsync(url, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains("OperationOutcome", text, StringComparison.Ordinal);
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final","colour":"red"}""", "colour")]
    [InlineData("""{"resourceType":"Observation","status":""", "line")]
    [InlineData("""{"resourceType":"Patient"}""", "resourceType")]
    [InlineData("""{"resourceType":"Observation","status":"final","effectiveDateTime":"2026-02-30","code":{"text":"x"}}""", "effective")]
    public async Task a_body_that_is_no_observation_is_refused_with_the_place(string body, string says)
    {
        await using var ost = await Start("sqlite");
        using var answer = await ost.Http.PostAsync("/fhir/Observation", Json(body), Token);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Token), StringComparison.OrdinalIgnoreCase);
    }

    private static string Creatinine(string value) => $$$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},
        "subject":{"reference":"Patient/anna"},"effectiveDateTime":"2026-03-01T08:00:00+01:00","issued":"2026-03-01T09:00:00+01:00",
        "valueQuantity":{"value":{{{value}}},"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}
        """;

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/fhir+json");

    private static Task<HttpResponseMessage> Put(RunningServer ost, string url, string body, HttpStatusCode expected) => Send(ost, HttpMethod.Put, url, body, expected);

    private static Task<HttpResponseMessage> Post(RunningServer ost, string url, string body, HttpStatusCode expected) => Send(ost, HttpMethod.Post, url, body, expected);

    private static async Task<HttpResponseMessage> Send(RunningServer ost, HttpMethod method, string url, string body, HttpStatusCode expected)
    {
        var answer = await ost.Http.SendAsync(new HttpRequestMessage(method, url) { Content = Json(body) }, Token);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}");
        return answer;
    }

    private async Task<RunningServer> Start(string store)
        => await RunningServer.Start(store == "sqlite" ? null : await postgres.NewDatabase(Token), Token);
}
