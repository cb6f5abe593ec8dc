using System.Xml.Linq;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Binary in the media type of what it holds (FHIR R4, 2.4 binary.html).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_content_is_stored(WritableServers servers)
{
    private static readonly byte[] Image = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 255, 128];

    public static readonly TheoryData<string> Both = Stores.Both;

    /// <summary>What a caller accepts, and whether the content or the resource comes.</summary>
    public static TheoryData<string, string, string> Accepted => Stores.Table("""
        nothing said | image/png
        */* | image/png
        image/png | image/png
        image/* | image/png
        application/json, text/plain, */* | image/png
        text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | image/png
        application/fhir+json;q=0.5, image/png | image/png
        application/fhir+json | application/fhir+json
        application/fhir+json, */*;q=0.1 | application/fhir+json
        application/fhir+xml | application/fhir+xml
        application/json+fhir | application/fhir+json
        application/json | application/fhir+json
        application/xml | application/fhir+xml
        image/jpeg | 406
        """);

    /// <summary>What is sent as what to /Binary, and the contentType of the Binary that comes of it.</summary>
    public static TheoryData<string, string, string> Sent => Stores.Table("""
        text/plain = hello | text/plain
        text/html = <p>hello</p> | text/html
        text/plain; charset=utf-8 = hello | text/plain; charset=utf-8
        application/json = {"a":1} | application/json
        application/fhir+json = {"resourceType":"Patient"} | application/fhir+json
        application/xml = <ClinicalDocument xmlns="urn:hl7-org:v3"/> | application/xml
        application/fhir+json = {"resourceType":"Binary","contentType":"text/css","data":"aGVsbG8="} | text/css
        application/json = {"resourceType":"Binary","contentType":"text/css","data":"aGVsbG8="} | text/css
        application/fhir+xml = <Binary xmlns="http://hl7.org/fhir"><contentType value="text/css"/><data value="aGVsbG8="/></Binary> | text/css
        application/fhir+json = {"resourceType":"Binary" | 400
        application/fhir+json = {} | 400
        image/png =  | 400
        """);

    [Theory, MemberData(nameof(Both))]
    public async Task bytes_are_kept_as_they_are_and_come_back_so(string store)
    {
        var ost = await servers.On(store);
        using var made = await ost.Http.Send("POST", "Binary", Image, ["Content-Type", "image/png", "X-Security-Context", "Patient/example"]);
        Assert.True(made.Status == 201, made.ToString());
        Assert.Equal("Patient/example", made.Json.GetProperty("securityContext").GetProperty("reference").GetString());
        var id = "Binary/" + made.Json.GetProperty("id").GetString();
        using var read = await ost.Send(200, "GET", id);
        Assert.Equal(Image, read.Bytes.ToArray());
        Assert.Equal(("image/png", "W/\"1\"", "Patient/example", "attachment"), (read.Header("Content-Type"), read.Header("ETag"), read.Header("X-Security-Context"), read.Header("Content-Disposition")));
        Assert.Contains("sandbox", read.Header("Content-Security-Policy"), StringComparison.Ordinal);
        using var head = await ost.Send(200, "HEAD", id);
        Assert.Equal((0, "image/png", "11"), (head.Bytes.Length, head.Header("Content-Type"), head.Header("Content-Length")));
        using var known = await ost.Send(304, "GET", id, null, "If-None-Match", "W/\"1\"");
        using var resource = await ost.Send(200, "GET", id + "?_format=json");
        Assert.Equal(Convert.ToBase64String(Image), resource.Json.GetProperty("data").GetString());
        using var xml = await ost.Send(200, "GET", id + "?_format=xml");
        Assert.Equal("Binary", XDocument.Parse(xml.Text).Root!.Name.LocalName);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task an_update_replaces_the_content_and_its_type(string store)
    {
        var ost = await servers.On(store);
        var id = "Binary/" + FhirHttp.NewId("b");
        using var made = await ost.Http.Send("PUT", id, Image, ["Content-Type", "image/png"]);
        Assert.True(made.Status == 201, made.ToString());
        using var late = await ost.Send(412, "PUT", id, "%PDF", "Content-Type", "application/pdf", "If-Match", "W/\"7\"");
        using var changed = await ost.Send(200, "PUT", id, "%PDF", "Content-Type", "application/pdf", "If-Match", "W/\"1\"");
        using var now = await ost.Send(200, "GET", id);
        Assert.Equal(("application/pdf", "%PDF"), (now.Header("Content-Type"), now.Text));
        using var first = await ost.Send(200, "GET", id + "/_history/1");
        Assert.Equal(Image, first.Bytes.ToArray());
        using var gone = await ost.Send(204, "DELETE", id);
        using var read = await ost.Send(410, "GET", id, null, "Accept", "application/pdf");
        Assert.Equal("OperationOutcome", read.ResourceType);
    }

    [Theory, MemberData(nameof(Accepted))]
    public async Task a_caller_gets_the_content_unless_a_FHIR_type_is_asked_for(string store, string accept, string expected)
    {
        var ost = await servers.On(store);
        using var made = await ost.Http.Send("POST", "Binary", Image, ["Content-Type", "image/png"]);
        var id = "Binary/" + made.Json.GetProperty("id").GetString();
        using var answer = accept == "nothing said" ? await ost.Read(id) : await ost.Read(id, "Accept", accept);
        if (expected == "406")
            Expectation.Parse("406 image/png").Check(accept, answer);
        else
            Assert.StartsWith(expected, answer.Header("Content-Type"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sent))]
    public async Task what_is_no_Binary_resource_is_the_content_of_one(string store, string sent, string expected)
    {
        var ost = await servers.On(store);
        var (type, body) = (sent[..sent.IndexOf(" =", StringComparison.Ordinal)], sent[(sent.IndexOf(" =", StringComparison.Ordinal) + 2)..].Trim());
        using var made = await ost.Post("Binary", body, "Content-Type", type);
        if (expected == "400")
        {
            Expectation.Parse("400").Check(sent, made);
            return;
        }

        Assert.True(made.Status == 201, made.ToString());
        Assert.Equal(expected, made.Json.GetProperty("contentType").GetString());
        using var read = await ost.Send(200, "GET", "Binary/" + made.Json.GetProperty("id").GetString());
        Assert.Equal(expected == "text/css" ? "hello" : body, read.Text);
    }
}
