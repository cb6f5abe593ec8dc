using System.Net;
using System.Text;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DatacenterOst.Specs.Logs;

/// <summary>
/// Every category at Trace with scopes, and a patient whose name, civil registration number, FHIR id and values are canaries:
/// whatever is done, well or badly, none of them reaches standard output or standard error.
/// </summary>
public sealed class When_everything_is_logged(PrivatePostgres postgres)
{
    private const string Name = "Kanariefugl";
    private const string Cpr = "7101700042";
    private const string FhirId = "canary-7f3a";
    private const string Value = "731.57";
    private const string Born = "1937-11-23";

    private static readonly string[] Canaries = [Name, Cpr, FhirId, Value, Born, "19371123", "canary"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task no_canary_is_written_on_sqlite()
    {
        using var folder = new TemporaryFolder();
        await Sing(new Dictionary<string, string> { ["Data"] = folder.Path }, () => RenameOnSqlite(folder.Path));
    }

    [Fact]
    public async Task no_canary_is_written_on_postgresql()
    {
        var connection = await postgres.NewDatabase(Token);
        await Sing(new Dictionary<string, string> { ["Store__Provider"] = "PostgreSql", ["Store__ConnectionString"] = connection }, () => RenameOnPostgres(connection));
    }

    private static async Task Sing(Dictionary<string, string> environment, Func<Task> breakTheStore)
    {
        using var files = new TemporaryFolder();
        foreach (var name in (string[])["Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Database.Command", "Npgsql", "Npgsql.Command", "DatacenterOst"])
            environment["Logging__LogLevel__" + name] = "Trace";
        environment["Logging__Console__LogLevel__Default"] = "Trace";
        environment["Logging__Console__IncludeScopes"] = "true";
        environment["Logging__Console__FormatterOptions__IncludeScopes"] = "true";
        var dost = new Dost(environment);
        var (http, mllp) = (ServeProcess.FreePort(), ServeProcess.FreePort());

        var ingest = await dost.Run(["ingest", "oru-r01", files.File("good.hl7", Message("G", Value)), files.File("bad.hl7", Message("B", "canary?"))], Token);
        Assert.True(ingest.ExitCode == 1, ingest.ToString());
        AssertSilent(ingest.Output + ingest.Errors);
        await using var serving = await ServeProcess.Start(dost, http, mllp, Token);
        await UseFhir(serving.Http);
        await UseHooks(serving.Http);
        await UseMllp(mllp);
        await MisuseHttp(http);
        await breakTheStore();
        await Expect(serving.Http.GetAsync($"/fhir/Patient/{FhirId}", Token), HttpStatusCode.InternalServerError);
        await Expect(serving.Http.GetAsync($"/fhir/Patient?name={Name}", Token), HttpStatusCode.InternalServerError);
        using (var sender = await MllpSender.Connect(mllp, Token))
            Assert.Equal("AE", (await sender.Send(Message("X", Value), Token))!.Code);
        await Task.Delay(500, Token);   // the console writes behind a queue

        // It did log: our own words at Debug, and the failure with the place in the code.
        Assert.Contains("answered with", serving.Written, StringComparison.Ordinal);
        Assert.Contains("A request failed", serving.Written, StringComparison.Ordinal);
        Assert.Contains("   at DatacenterOst.", serving.Written, StringComparison.Ordinal);
        AssertSilent(serving.Written);
    }

    private static void AssertSilent(string written)
    {
        foreach (var canary in Canaries)
        {
            var at = written.IndexOf(canary, StringComparison.OrdinalIgnoreCase);
            Assert.True(at < 0, at < 0 ? "" : $"'{canary}' was written: …{written[Math.Max(0, at - 300)..Math.Min(written.Length, at + 300)]}…");
        }
    }

    private static async Task UseFhir(HttpClient http)
    {
        await Expect(http.PutAsync($"/fhir/Patient/{FhirId}", Json(Patient), Token), HttpStatusCode.Created);
        await Expect(http.PutAsync($"/fhir/Patient/{FhirId}", Json(Patient.Replace(Born, "1937-11-31", StringComparison.Ordinal)), Token), HttpStatusCode.BadRequest);
        await Expect(http.PutAsync($"/fhir/Patient/other-{FhirId}", Json(Patient), Token), HttpStatusCode.BadRequest);
        await Expect(http.PostAsync("/fhir/Observation", Json(Observation(Value)), Token), HttpStatusCode.Created);
        await Expect(http.PostAsync("/fhir/Observation", Json(Observation("\"canary\"")), Token), HttpStatusCode.BadRequest);
        await Expect(http.PostAsync("/fhir/Observation", Json($$"""{"resourceType":"Observation","{{Name}}":"{{Cpr}}"""), Token), HttpStatusCode.BadRequest);
        foreach (var query in (string[])[$"Patient/{FhirId}", $"Patient?name={Name}", $"Patient?identifier=urn:oid:1.2.208.176.1.2|{Cpr}", $"Patient?birthdate={Born}", $"Observation?patient={FhirId}&code=14682-9"])
            await Expect(http.GetAsync("/fhir/" + query, Token), HttpStatusCode.OK);
        await Expect(http.GetAsync($"/fhir/Patient?{Name}={Cpr}", Token), HttpStatusCode.OK);
        await Expect(http.GetAsync($"/fhir/Patient?birthdate={Name}{Cpr}", Token), HttpStatusCode.BadRequest);
        await Expect(http.GetAsync($"/fhir/Observation?patient={FhirId}&date={Name}", Token), HttpStatusCode.BadRequest);
        await Expect(http.GetAsync($"/fhir/Patient/{Cpr}-{Name}", Token), HttpStatusCode.NotFound);
        await Expect(http.GetAsync($"/nowhere/{Name}?cpr={Cpr}", Token), HttpStatusCode.NotFound);
        await Expect(http.DeleteAsync($"/fhir/Patient/none-{FhirId}", Token), HttpStatusCode.NoContent);
    }

    private static async Task UseHooks(HttpClient http)
    {
        var good = $$$"""{"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2e1","context":{"userId":"Practitioner/{{{Name}}}","patientId":"{{{FhirId}}}"}}""";
        await Expect(http.PostAsync("/cds-services/kdigo-aki", Json(good), Token), HttpStatusCode.OK);
        var prefetch = good[..^1] + ",\"prefetch\":{\"patient\":" + Patient + ",\"creatinine\":" + Observation(Value) + "}}";
        await Expect(http.PostAsync("/cds-services/kdigo-aki", Json(prefetch), Token), HttpStatusCode.OK);
        await Expect(http.PostAsync("/cds-services/kdigo-aki", Json(prefetch.Replace($"\"id\":\"{FhirId}\"", $"\"id\":\"x-{FhirId}\"", StringComparison.Ordinal)), Token), HttpStatusCode.PreconditionFailed);
        await Expect(http.PostAsync("/cds-services/kdigo-aki", Json(good.Replace("Practitioner/", "", StringComparison.Ordinal)), Token), HttpStatusCode.BadRequest);
        await Expect(http.PostAsync("/cds-services/kdigo-aki", Json($$"""{"{{Name}}":"{{Cpr}}"""), Token), HttpStatusCode.BadRequest);
        await Expect(http.PostAsync($"/cds-services/{Name}", Json(good), Token), HttpStatusCode.NotFound);
    }

    private static async Task UseMllp(int port)
    {
        using var sender = await MllpSender.Connect(port, Token);
        Assert.Equal("AA", (await sender.Send(Message("M", Value), Token))!.Code);
        Assert.Equal("AE", (await sender.Send(Message("N", $"{Name}"), Token))!.Code);
        Assert.Equal("AR", (await sender.Send($"{Name} {Cpr}", Token))!.Code);
    }

    /// <summary>What is no HTTP at all, and hosts that are not ours: Kestrel and host filtering have words for these.</summary>
    private static async Task MisuseHttp(int port)
    {
        foreach (var request in (string[])[$"{Name} {Cpr}\r\n\r\n", $"GET /fhir/Patient/%00{FhirId} HTTP/1.1\r\nHost: localhost\r\n\r\n", $"GET /{FhirId} HTTP/1.1\r\nHost: {Name}.example.org\r\nConnection: close\r\n\r\n", $"GET / HTTP/1.1\r\nHost: localhost\r\n{Name}\r\n\r\n"])
            Assert.Matches(@"\AHTTP/1\.1 (400|404|505) ", await RawHttp.Send(port, request, Token));
    }

    private static async Task Expect(Task<HttpResponseMessage> call, HttpStatusCode status)
    {
        using var answer = await call;
        Assert.True(answer.StatusCode == status, $"{answer.RequestMessage!.RequestUri} {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}");
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private const string Patient = $$"""{"resourceType":"Patient","id":"{{FhirId}}","identifier":[{"system":"urn:oid:1.2.208.176.1.2","value":"{{Cpr}}"}],"name":[{"family":"{{Name}}"}],"birthDate":"{{Born}}"}""";

    private static string Observation(string value) => $$$"""
        {"resourceType":"Observation","id":"o-{{{FhirId}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/{{{FhirId}}}"},
        "effectiveDateTime":"2026-03-01T08:00:00+01:00","valueQuantity":{"value":{{{value}}},"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}}
        """;

    private static string Message(string id, string value)
        => $"MSH|^~\\&|LAB|X|DOST|OST|20260301090000+0100||ORU^R01|{id}|P|2.5.1\rPID|1||{Cpr}^^^CPR||{Name}^Anna||19371123|F\rOBR|1||F{id}|NPU18016^Creatininium;P^NPU|||20260301080000+0100\rOBX|1|NM|NPU18016^Creatininium;P^NPU||{value}|umol/L|||||F\r";

    private static async Task RenameOnSqlite(string folder)
    {
        var file = Directory.EnumerateFiles(folder).Single(path => path.EndsWith(".db", StringComparison.Ordinal) || path.EndsWith(".sqlite", StringComparison.Ordinal));
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync(Token);
        await using var rename = connection.CreateCommand();
        rename.CommandText = BreakStore;
        await rename.ExecuteNonQueryAsync(Token);
    }

    private static async Task RenameOnPostgres(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var rename = new NpgsqlCommand(BreakStore, connection);
        await rename.ExecuteNonQueryAsync(Token);
    }

    private const string BreakStore = "alter table patient_identifier rename to patient_identifier_gone; alter table resource rename to resource_gone; alter table patient rename to patient_gone";
}
