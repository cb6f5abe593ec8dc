using System.IO.Compression;
using System.Xml.Linq;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>JSON and XML both ways, indented and compressed (FHIR R4, 3.1.0.1.8 and 3.1.0.1.9).</summary>
[Collection(OverWritableServers.Name)]
public sealed class When_formats_are_chosen(WritableServers servers)
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string, string> Accepted => Stores.Table("""
        application/fhir+json | json
        application/json | json
        application/json+fhir | json
        text/json | json
        application/fhir+xml | xml
        application/xml | xml
        application/xml+fhir | xml
        text/xml | xml
        */* | json
        application/fhir+xml;q=0.5, application/fhir+json | json
        application/fhir+json; fhirVersion=4.0 | json
        text/turtle | 406
        image/png | 406
        """);

    public static TheoryData<string, string, string> Formats => Stores.Table("""
        json | json
        xml | xml
        application/fhir+json | json
        application/fhir%2Bxml | xml
        text/xml | xml
        application/json | json
        turtle | 4xx
        nonsense | 4xx
        application/fhir%2Bjson;fhirVersion=4.0 | json
        application/fhir%2Bjson;fhirVersion=3.0 | 4xx
        """);

    public static TheoryData<string, string, string> Sent => Stores.Table("""
        application/fhir+json | 201
        application/json | 201
        application/json+fhir | 201
        application/fhir+json; charset=utf-8 | 201
        text/plain | 415
        text/html | 415
        image/png | 415
        application/fhir+xml | 400
        """);

    [Theory, MemberData(nameof(Accepted))]
    public async Task the_Accept_header_chooses(string store, string accept, string expected)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Read(id, "Accept", accept);
        CheckFormat(answer, expected);
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task the_format_parameter_chooses_before_the_header(string store, string format, string expected)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var answer = await ost.Read($"{id}?_format={format.Replace("+", "%2B", StringComparison.Ordinal)}", "Accept", expected == "xml" ? "application/fhir+json" : "application/fhir+xml");
        CheckFormat(answer, expected);
    }

    [Theory, MemberData(nameof(Sent))]
    public async Task a_body_says_what_it_is(string store, string type, string expected)
    {
        var ost = await servers.On(store);
        using var answer = await ost.Post("Patient", """{"resourceType":"Patient"}""", "Content-Type", type);
        Assert.Equal(expected, answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task what_was_written_as_XML_is_read_as_JSON_and_back(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("xml");
        var xml = $"""<Patient xmlns="http://hl7.org/fhir"><id value="{id}"/><active value="true"/><name><family value="Ørsted"/><given value="A"/><given value="B"/></name></Patient>""";
        using var made = await ost.Send(201, "PUT", "Patient/" + id, xml, "Content-Type", "application/fhir+xml");
        using var json = await ost.Send(200, "GET", "Patient/" + id);
        Assert.Equal("Ørsted", json.Json.GetProperty("name")[0].GetProperty("family").GetString());
        Assert.True(json.Json.GetProperty("active").GetBoolean());
        using var back = await ost.Send(200, "GET", "Patient/" + id, null, "Accept", "application/fhir+xml");
        Assert.Equal(["A", "B"], XDocument.Parse(back.Text).Root!.Element(Fhir + "name")!.Elements(Fhir + "given").Select(given => given.Attribute("value")!.Value));
        using var found = await ost.Send(200, "GET", "Patient?_id=" + id);
        Assert.Equal([id], found.Ids());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task bundles_outcomes_and_the_capability_statement_come_as_XML_too(string store)
    {
        var ost = await servers.On(store);
        foreach (var (path, status, root) in ((string, int, string)[])[("Patient?_id=none", 200, "Bundle"), ("Patient/nobody", 404, "OperationOutcome"), ("metadata", 200, "CapabilityStatement"), ("Patient?birthdate=abc", 400, "OperationOutcome")])
        {
            using var answer = await ost.Send(status, "GET", path, null, "Accept", "application/fhir+xml");
            Assert.Equal(Fhir + root, XDocument.Parse(answer.Text).Root!.Name);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task histories_operations_batches_and_forms_come_as_XML_too(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("xml");
        using var made = await ost.Send(201, "PUT", "Patient/" + id, $$"""{"resourceType":"Patient","id":"{{id}}","active":true}""");
        foreach (var (path, root) in ((string, string)[])[($"Patient/{id}/_history", "Bundle"), ($"Patient/{id}/$everything", "Bundle"), ($"Observation/$lastn?patient={id}", "Bundle"), ($"Patient/{id}/$validate", "OperationOutcome"), ($"Patient/{id}/$meta", "Parameters")])
        {
            using var answer = await ost.Send(200, "GET", path, null, "Accept", "application/fhir+xml");
            Assert.StartsWith($"<{root} xmlns=\"http://hl7.org/fhir\"", answer.Text[answer.Text.IndexOf($"<{root}", StringComparison.Ordinal)..], StringComparison.Ordinal);
        }

        const string Batch = """<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry><request><method value="GET"/><url value="Patient?_summary=count"/></request></entry></Bundle>""";
        using var batch = await ost.Send(200, "POST", "", Batch, "Content-Type", "application/fhir+xml", "Accept", "application/fhir+xml");
        Assert.Contains("batch-response", batch.Text, StringComparison.Ordinal);
        using var form = await ost.Send(200, "POST", "Patient/_search", $"_id={id}&_format=xml", "Content-Type", "application/x-www-form-urlencoded");
        Assert.Contains($"<id value=\"{id}\"", form.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_transaction_may_be_XML(string store)
    {
        var ost = await servers.On(store);
        var id = FhirHttp.NewId("x");
        var xml = $"""
            <Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><resource><Patient><id value="{id}"/></Patient></resource><request><method value="PUT"/><url value="Patient/{id}"/></request></entry></Bundle>
            """;
        using var answer = await ost.Send(200, "POST", "", xml, "Content-Type", "application/fhir+xml", "Accept", "application/fhir+xml");
        Assert.Equal("transaction-response", XDocument.Parse(answer.Text).Root!.Element(Fhir + "type")!.Attribute("value")!.Value);
        using var read = await ost.Send(200, "GET", "Patient/" + id);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task XML_that_is_broken_or_tries_tricks_is_refused(string store)
    {
        var ost = await servers.On(store);
        foreach (var xml in (string[])
        [
            "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\"",
            "<Patient><active value=\"true\"/></Patient>",
            "<Patient xmlns=\"http://hl7.org/fhir\"><colour value=\"red\"/></Patient>",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Patient xmlns=\"http://hl7.org/fhir\"><name><family value=\"&e;\"/></name></Patient>",
        ])
        {
            using var answer = await ost.Send(400, "POST", "Patient", xml, "Content-Type", "application/fhir+xml");
            Assert.Contains("OperationOutcome", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task pretty_is_indented(string store)
    {
        var ost = await servers.On(store);
        var id = await NewPatient(ost);
        using var pretty = await ost.Send(200, "GET", id + "?_pretty=true");
        using var plain = await ost.Send(200, "GET", id + "?_pretty=false");
        Assert.Contains('\n', pretty.Text.Trim());
        Assert.DoesNotContain('\n', plain.Text.Trim());
        using var xml = await ost.Send(200, "GET", id + "?_pretty=true&_format=xml");
        Assert.Contains("\n", xml.Text.Trim(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task answers_are_compressed_where_asked(string store)
    {
        var ost = await servers.On(store);
        using var plain = await ost.Send(200, "GET", "metadata");
        foreach (var coding in (string[])["gzip", "br"])
        {
            using var answer = await ost.Send(200, "GET", "metadata", null, "Accept-Encoding", coding);
            Assert.Equal(coding, answer.Header("Content-Encoding"));
            using var packed = new MemoryStream(answer.Bytes.ToArray());
            await using Stream unpacked = coding == "gzip" ? new GZipStream(packed, CompressionMode.Decompress) : new BrotliStream(packed, CompressionMode.Decompress);
            using var reader = new StreamReader(unpacked);
            Assert.Contains("CapabilityStatement", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.True(answer.Bytes.Length < plain.Bytes.Length / 2);
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task bodies_may_come_compressed(string store)
    {
        var ost = await servers.On(store);
        foreach (var coding in (string[])["gzip", "br", "deflate"])
        {
            var id = FhirHttp.NewId(coding);
            var body = Pack(System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","id":"{{id}}","active":true}"""), coding);
            using var made = await ost.Http.Send("PUT", "Patient/" + id, body, ["Content-Encoding", coding]);
            Assert.True(made.Status == 201, $"{coding}: {made}");
            using var read = await ost.Send(200, "GET", "Patient/" + id);
            Assert.True(read.Json.GetProperty("active").GetBoolean());
        }

        using var broken = await ost.Http.Send("POST", "Patient", [1, 2, 3, 4], ["Content-Encoding", "gzip"]);
        Assert.Equal(400, broken.Status);
        using var unknown = await ost.Http.Send("POST", "Patient", [1, 2, 3, 4], ["Content-Encoding", "zstd"]);
        Assert.Equal(415, unknown.Status);
        // What is small packed and large unpacked is as large as it is unpacked.
        using var bomb = await ost.Http.Send("POST", "Basic", Pack(new byte[40_000_000], "gzip"), ["Content-Encoding", "gzip"]);
        Assert.Equal(413, bomb.Status);
    }

    private static byte[] Pack(byte[] body, string coding)
    {
        using var packed = new MemoryStream();
        using (Stream packing = coding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest) : coding == "br" ? new BrotliStream(packed, CompressionLevel.Fastest) : new ZLibStream(packed, CompressionLevel.Fastest))
            packing.Write(body);
        return packed.ToArray();
    }

    private static void CheckFormat(Answer answer, string expected)
    {
        if (expected is "json" or "xml")
        {
            Assert.True(answer.Status == 200, answer.ToString());
            Assert.Contains(expected, answer.Header("Content-Type"), StringComparison.Ordinal);
            Assert.StartsWith(expected == "json" ? "{" : "<", answer.Text.TrimStart('\uFEFF').Replace("<?xml", "<", StringComparison.Ordinal), StringComparison.Ordinal);
            return;
        }

        Assert.True(expected == "4xx" ? answer.Status is >= 400 and < 500 : answer.Status == 406, answer.ToString());
    }

    private static async Task<string> NewPatient(RunningServer ost)
    {
        var id = FhirHttp.NewId("p");
        using var made = await ost.Send(201, "PUT", "Patient/" + id, $$"""{"resourceType":"Patient","id":"{{id}}","active":true}""");
        return "Patient/" + id;
    }
}
