using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Clinical;
using DatacenterOst.Server.Fhir;
using DatacenterOst.Store;

namespace DatacenterOst.UnitTests.Server;

/// <summary>What the server puts into a resource, compared with the same done slowly on a tree.</summary>
public sealed class When_resources_leave_as_json
{
    private static readonly DateTimeOffset StoredAt = new(2026, 3, 1, 8, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a"}""")]
    [InlineData("""{"id":"a","resourceType":"Patient","active":true}""")]
    [InlineData("""{"active":true,"id":"a","gender":"female","meta":{"versionId":"9","tag":[{"code":"t"}],"lastUpdated":"2001-01-01T00:00:00Z","profile":["p"]},"birthDate":"1968","resourceType":"Patient"}""")]
    [InlineData("""{ "resourceType" : "Patient" ,"meta": { "lastUpdated" : "2001-01-01T00:00:00Z" } , "id":"a" , "name" : [ { "family" : "A\"}{,\u00d8" } ] }""")]
    [InlineData("""{"resourceType":"Patient","id":"a","_id":{"extension":[]},"contained":[{"resourceType":"Basic","id":"b","meta":{"versionId":"1"}}],"multipleBirthInteger":1.50}""")]
    public void version_and_time_are_the_stores_and_all_else_is_as_it_came(string body)
    {
        var stored = new StoredResource("Patient", "a", 3, StoredAt, new PatientId(1), Encoding.UTF8.GetBytes(body));
        var written = new ArrayBufferWriter<byte>();
        Assert.Equal(ResourceJson.Write(written, stored), written.WrittenCount);
        Assert.True(JsonNode.DeepEquals(Slowly(body), JsonNode.Parse(written.WrittenSpan)), Encoding.UTF8.GetString(written.WrittenSpan));
        Assert.Equal(written.WrittenSpan, ResourceJson.Bytes(stored).Span);
    }

    [Fact]
    public void an_id_is_put_in_place_of_the_clients()
    {
        var body = """{"id":"mine","meta":{"tag":[]},"resourceType":"Patient","multipleBirthInteger":1.50}"""u8.ToArray();
        var json = Encoding.UTF8.GetString(ResourceJson.WithId(body, "Patient", "yours").Span);
        Assert.Equal("""{"resourceType":"Patient","id":"yours","meta":{"tag":[]},"multipleBirthInteger":1.50}""", json);
        Assert.Equal(("Patient", "mine"), ResourceJson.Key(body));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","id":"a","id":"b"}""")]
    [InlineData("""{"resourceType":"Patient"} {}""")]
    [InlineData("""{"resourceType":"Patient",""")]
    [InlineData("[]")]
    [InlineData("")]
    public void what_is_no_single_object_is_not_guessed_at(string body)
        => Assert.ThrowsAny<JsonException>(() => ResourceJson.Key(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void ids_of_the_server_are_ids_and_differ()
    {
        var ids = new NewIds(TimeProvider.System);
        var many = Enumerable.Range(0, 10_000).Select(_ => ids.Next()).ToHashSet();
        Assert.Equal(10_000, many.Count);
        Assert.All(many.Take(100), id => Assert.True(id.Length == 16 && FhirRequest.IsId(id) && NewIds.IsGiven(id), id));
        Assert.False(NewIds.IsGiven("anna"));
    }

    private static JsonObject Slowly(string body)
    {
        var resource = JsonNode.Parse(body)!.AsObject();
        var meta = resource["meta"]?.DeepClone().AsObject() ?? [];
        meta["versionId"] = "3";
        meta["lastUpdated"] = "2026-03-01T08:00:00.123Z";
        resource["meta"] = meta;
        return resource;
    }
}
