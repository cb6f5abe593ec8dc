using System.Text;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Server.Transactions;

namespace DatacenterOst.UnitTests.Server;

/// <summary>Entries, their addresses, and what they call each other.</summary>
public sealed class When_a_bundle_is_taken_apart
{
    private const string Base = "http://127.0.0.1/fhir";

    [Fact]
    public void entries_keep_their_resources_byte_for_byte()
    {
        var bundle = BundleReading.Read(Bytes("""
            {"resourceType":"Bundle","id":"b","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:1","resource":{ "resourceType":"Patient", "multipleBirthInteger": 1.50 },"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=a"}},
             {"request":{"url":"Patient/1","method":"DELETE","ifMatch":"W/\"2\""},"link":[]}]}
            """));
        Assert.Equal("transaction", bundle.Type);
        Assert.Equal("""{ "resourceType":"Patient", "multipleBirthInteger": 1.50 }""", Text(bundle.Entries[0].Resource));
        Assert.Equal(("urn:uuid:1", "POST", "Patient", "identifier=a"), (bundle.Entries[0].FullUrl, bundle.Entries[0].Method, bundle.Entries[0].Url, bundle.Entries[0].IfNoneExist));
        Assert.Equal((1, "DELETE", "W/\"2\"", true), (bundle.Entries[1].Number, bundle.Entries[1].Method, bundle.Entries[1].IfMatch, bundle.Entries[1].Resource.IsEmpty));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"searchset"}""", "Bundle.type")]
    [InlineData("""{"resourceType":"Patient","type":"batch"}""", "resourceType")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","colour":1}""", "Bundle")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{"colour":1}]}""", "Bundle.entry[0]")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"colour":"red"}}]}""", "Bundle.entry[0].request")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":{}}""", "Bundle")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[""", "Bundle")]
    [InlineData("nonsense", "body")]
    public void what_is_no_bundle_of_requests_is_refused_with_its_place(string json, string where)
    {
        var problem = Assert.Throws<Problem>(() => BundleReading.Read(Bytes(json)));
        Assert.Equal(ProblemKind.Invalid, problem.Kind);
        Assert.StartsWith(where, problem.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void a_bundle_has_a_most_number_of_entries()
    {
        var json = """{"resourceType":"Bundle","type":"batch","entry":[""" + string.Join(',', Enumerable.Repeat("{}", BundleAsk.MaxEntries + 1)) + "]}";
        Assert.Equal(ProblemKind.TooCostly, Assert.Throws<Problem>(() => BundleReading.Read(Bytes(json))).Kind);
    }

    [Theory]
    [InlineData("GET", "Patient/1", "Patient", "1", "")]
    [InlineData("GET", "/Patient/1/_history/2", "Patient", "1", "2")]
    [InlineData("GET", Base + "/Patient/1?_summary=true", "Patient", "1", "")]
    [InlineData("GET", "Patient/_history", "Patient", "", "")]
    [InlineData("GET", "_history?_since=2026", "", "", "")]
    [InlineData("GET", "?_type=Patient", "", "", "")]
    [InlineData("PUT", "Patient?identifier=http://x|1", "Patient", "", "")]
    public void an_address_is_read_as_over_http(string method, string url, string type, string id, string version)
    {
        var entry = new EntryAsk { Number = 0, Method = method, Url = url };
        var (_, request) = EntryTarget.Of(entry, Base).Route(entry, new FhirRequest { Method = "POST", Base = Base });
        Assert.Equal((type, id, version), (request.Type, request.Id, request.Version));
    }

    [Theory]
    [InlineData("FOO", "Patient")]
    [InlineData("POST", "Patient/1")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "a/b/c/d/e")]
    [InlineData("GET", "Patient/1/$nothing")]
    [InlineData("GET", "Patient/1/$meta-add")]
    [InlineData("", "Patient")]
    [InlineData("GET", "http://elsewhere.example/fhir/Patient/1")]
    public void an_address_that_means_nothing_is_refused(string method, string url)
    {
        var entry = new EntryAsk { Number = 4, Method = method, Url = url };
        var problem = Assert.Throws<Problem>(() => EntryTarget.Of(entry, Base).Route(entry, new FhirRequest { Method = "POST", Base = Base }));
        Assert.StartsWith("Bundle.entry[4].request", problem.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void names_of_entries_are_replaced_wherever_they_stand_and_nothing_else()
    {
        var references = new EntryReferences();
        references.Add("urn:uuid:1", "Patient/p");
        references.Add("Patient?identifier=a|1", "Patient/q");
        var before = """
            {"subject":{"reference":"urn:uuid:1"}, "performer":[{"reference":"Patient?identifier=a|1"}],"derivedFrom":[{"reference":"urn:uuid:2"}],
            "text":{"div":"<div><a href=\"urn:uuid:1\">urn:uuid:1</a><img src='urn:uuid:1'/></div>"},"identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:1"}],
            "valueAttachment":{"url":"urn:uuid:1"},"number":1.50}
            """;
        var after = before.Replace("\"reference\":\"urn:uuid:1\"", "\"reference\":\"Patient/p\"", StringComparison.Ordinal)
            .Replace("Patient?identifier=a|1", "Patient/q", StringComparison.Ordinal)
            .Replace("href=\\\"urn:uuid:1", "href=\\\"Patient/p", StringComparison.Ordinal)
            .Replace("src='urn:uuid:1", "src='Patient/p", StringComparison.Ordinal)
            .Replace("\"url\":\"urn:uuid:1\"", "\"url\":\"Patient/p\"", StringComparison.Ordinal);
        Assert.Equal(after, Text(references.Replace(Bytes(before))));
        Assert.Equal(["Patient?identifier=a|1"], EntryReferences.Conditional(Bytes(before)));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
