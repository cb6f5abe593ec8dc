using System.Globalization;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>JSON Patch (RFC 6902) and FHIRPath Patch over HTTP (FHIR R4, 3.1.0.5).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_resources_are_patched(WritableServers servers)
{
    private const string JsonPatch = "application/json-patch+json";

    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string, string> Good => Stores.Table("""
        [{"op":"add","path":"/active","value":true}] | "active":true
        [{"op":"replace","path":"/gender","value":"male"}] | "gender":"male"
        [{"op":"add","path":"/name/0/given/1","value":"Maria"}] | "given":["Anna","Maria"]
        [{"op":"add","path":"/name/0/given/-","value":"Maria"}] | "given":["Anna","Maria"]
        [{"op":"copy","from":"/name/0/family","path":"/name/0/text"}] | "text":"Holm"
        [{"op":"move","from":"/birthDate","path":"/name/0/text"}] | "text":"1968-04-14"
        [{"op":"test","path":"/gender","value":"female"},{"op":"add","path":"/active","value":false}] | "active":false
        """);

    public static TheoryData<string, string, string> Bad => Stores.Table("""
        [{"op":"test","path":"/gender","value":"male"},{"op":"add","path":"/active","value":true}] | 4xx
        [{"op":"replace","path":"/colour","value":"red"}] | 4xx
        [{"op":"add","path":"/colour","value":"red"}] | 4xx colour
        [{"op":"remove","path":"/active"}] | 4xx
        [{"op":"fly","path":"/gender"}] | 4xx
        [{"op":"replace","path":"/id","value":"other"}] | 4xx id
        [{"op":"replace","path":"/resourceType","value":"Person"}] | 4xx
        [{"op":"replace","path":"/birthDate","value":"2026-02-30"}] | 4xx
        {"op":"remove","path":"/gender"} | 4xx
        [{"op":"remove" | 4xx
        """);

    [Theory, MemberData(nameof(Good))]
    public async Task a_JSON_patch_changes_what_it_says(string store, string patch, string holds)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Send(200, "PATCH", id, patch, "Content-Type", JsonPatch);
        Assert.Equal("W/\"2\"", answer.Header("ETag"));
        using var read = await ost.Send(200, "GET", id);
        Assert.Contains(holds, read.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Bad))]
    public async Task a_patch_that_cannot_be_done_changes_nothing(string store, string patch, string expected)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Send("PATCH", id, patch, "Content-Type", JsonPatch);
        Expectation.Parse(expected).Check(patch, answer);
        using var read = await ost.Send(200, "GET", id);
        Assert.Equal("1", read.Json.GetProperty("meta").GetProperty("versionId").GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_FHIRPath_patch_changes_what_it_says(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var replaced = await ost.Send(200, "PATCH", id, PathPatch("replace", "Patient.gender", "", """,{"name":"value","valueCode":"other"}"""));
        Assert.Equal("other", replaced.Json.GetProperty("gender").GetString());
        using var added = await ost.Send(200, "PATCH", id, PathPatch("add", "Patient", "active", """,{"name":"value","valueBoolean":true}"""));
        Assert.True(added.Json.GetProperty("active").GetBoolean());
        using var deleted = await ost.Send(200, "PATCH", id, PathPatch("delete", "Patient.birthDate", "", ""));
        Assert.False(deleted.Json.TryGetProperty("birthDate", out _));
        Assert.Equal("W/\"4\"", deleted.Header("ETag"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_FHIRPath_patch_inserts_and_moves_and_may_be_XML(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var inserted = await ost.Send(200, "PATCH", id, PathPatch("insert", "Patient.name[0].given", "", """,{"name":"index","valueInteger":0},{"name":"value","valueString":"Maria"}"""));
        Assert.Equal(["Maria", "Anna"], Given(inserted));
        using var moved = await ost.Send(200, "PATCH", id, PathPatch("move", "Patient.name[0].given", "", """,{"name":"source","valueInteger":1},{"name":"destination","valueInteger":0}"""));
        Assert.Equal(["Anna", "Maria"], Given(moved));
        const string Xml = """
            <Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part>
            <part><name value="path"/><valueString value="Patient.gender"/></part><part><name value="value"/><valueCode value="other"/></part></parameter></Parameters>
            """;
        using var xml = await ost.Send(200, "PATCH", id, Xml, "Content-Type", "application/fhir+xml", "Accept", "application/fhir+xml");
        Assert.Contains("<gender value=\"other\"", xml.Text, StringComparison.Ordinal);
        using var outside = await ost.Send("PATCH", id, PathPatch("insert", "Patient.name[0].given", "", """,{"name":"index","valueInteger":9},{"name":"value","valueString":"X"}"""));
        Expectation.Parse("4xx").Check("an index that is not there", outside);
        static IEnumerable<string?> Given(Answer answer) => answer.Json.GetProperty("name")[0].GetProperty("given").EnumerateArray().Select(given => given.GetString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_FHIRPath_patch_that_cannot_be_done_changes_nothing(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        foreach (var patch in (string[])
        [
            PathPatch("replace", "Patient.photo", "", """,{"name":"value","valueCode":"other"}"""),
            PathPatch("fly", "Patient.gender", "", ""),
            PathPatch("delete", "Patient.((", "", ""),
            """{"resourceType":"Patient"}""",
        ])
        {
            using var answer = await ost.Send("PATCH", id, patch);
            Expectation.Parse("4xx").Check(patch, answer);
        }

        using var read = await ost.Send(200, "GET", id);
        Assert.Equal("W/\"1\"", read.Header("ETag"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_patch_of_another_version_than_the_one_seen_is_412(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        const string patch = """[{"op":"add","path":"/active","value":true}]""";
        using var stale = await ost.Send(412, "PATCH", id, patch, "Content-Type", JsonPatch, "If-Match", "W/\"5\"");
        using var fresh = await ost.Send(200, "PATCH", id, patch, "Content-Type", JsonPatch, "If-Match", "W/\"1\"");
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_is_not_there_or_deleted_or_in_another_format_is_not_patched(string store)
    {
        var ost = await servers.On(store);
        const string patch = """[{"op":"add","path":"/active","value":true}]""";
        using var none = await ost.Send(404, "PATCH", "Patient/" + FhirHttp.NewId("never"), patch, "Content-Type", JsonPatch);
        var id = await NewPatient(ost);
        using var odd = await ost.Send(415, "PATCH", id, patch, "Content-Type", "text/plain");
        using var deleted = await ost.Send("DELETE", id);
        using var gone = await ost.Send("PATCH", id, patch, "Content-Type", JsonPatch);
        Assert.True(gone.Status is 404 or 410, gone.ToString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_a_patch_changed_is_found_by_its_new_value_alone(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        var bare = id["Patient/".Length..];
        using var answer = await ost.Send(200, "PATCH", id, """[{"op":"replace","path":"/name/0/family","value":"Krogh"}]""", "Content-Type", JsonPatch);
        using var old = await ost.Send(200, "GET", $"Patient?_id={bare}&family=holm");
        Assert.Empty(old.Ids());
        using var now = await ost.Send(200, "GET", $"Patient?_id={bare}&family=krogh");
        Assert.Equal([bare], now.Ids());
    }

    private static async Task<string> NewPatient(RunningServer ost)
    {
        var id = FhirHttp.NewId("p");
        using var made = await ost.Send(201, "PUT", "Patient/" + id, $$$"""
            {"resourceType":"Patient","id":"{{{id}}}","name":[{"family":"Holm","given":["Anna"]}],"gender":"female","birthDate":"1968-04-14"}
            """);
        return "Patient/" + id;
    }

    private static string PathPatch(string type, string path, string name, string value)
    {
        var named = name.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $$""",{"name":"name","valueString":"{{name}}"}""");
        return $$"""
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"{{type}}"},{"name":"path","valueString":"{{path}}"}{{named}}{{value}}]}]}
            """;
    }
}
