using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_a_bundle_is_streamed
{
    private const string Good = """
        { "resourceType": "Bundle", "type": "transaction", "note": "entry [ { \" }",
          "link": [ { "relation": "self", "url": "x" } ],
          "entry": [
            { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Patient", "id": "a}\"{" }, "request": { "method": "PUT", "url": "Patient/a" } },
            { "fullUrl": "urn:uuid:2",
              "resource": { "resourceType": "Patient", "active": tru } },
            { "request": { "method": "DELETE", "url": "Patient/b" } }
          ], "total": 3 }
        """;

    private static async Task<List<BundleEntry>> Read(byte[] bytes, int piece = 7)
    {
        var list = new List<BundleEntry>();
        await foreach (var entry in BundleReader.ReadAsync(new Trickle(bytes, piece), TestContext.Current.CancellationToken)) list.Add(entry);
        return list;
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(100_000)]
    public async Task every_entry_comes_with_its_bytes_and_place(int piece)
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        var entries = await Read(bytes, piece);
        Assert.Equal(["urn:uuid:1", "urn:uuid:2", null], entries.Select(e => e.FullUrl));
        Assert.Equal(["PUT", null, "DELETE"], entries.Select(e => e.Method));
        Assert.Equal([4, 6, 7], entries.Select(e => e.Line));
        Assert.Equal("""{ "resourceType": "Patient", "id": "a}\"{" }""", Encoding.UTF8.GetString(entries[0].Resource.Span));
        Assert.Equal((byte)'{', bytes[entries[1].Offset]);
        Assert.True(entries[2].Resource.IsEmpty);
    }

    [Fact]
    public async Task an_entry_broken_inside_does_not_stop_the_next() =>
        Assert.Equal("Patient/b", (await Read(Encoding.UTF8.GetBytes(Good)))[2].Url);

    [Fact]
    public async Task a_truncated_bundle_gives_the_entries_before_and_then_says_where()
    {
        var seen = 0;
        var e = await Assert.ThrowsAsync<FhirFormatException>(async () =>
        {
            await foreach (var _ in BundleReader.ReadAsync(new Trickle(Encoding.UTF8.GetBytes(Good[..(Good.IndexOf("urn:uuid:2", StringComparison.Ordinal) + 40)]), 64), TestContext.Current.CancellationToken)) seen++;
        });
        Assert.Equal((1, "Bundle.entry[1]"), (seen, e.Path));
        Assert.Contains("too early", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","entry":[]}""", "not a Bundle")]
    [InlineData("""{"resourceType":"Bundle","entry":[7]}""", "must be an object")]
    [InlineData("""{"resourceType":"Bundle","entry":["a"]}""", "must be an object")]
    [InlineData("""{"resourceType":"Bundle","entry":[{]}""", "bracket")]
    [InlineData("""{"resourceType":"Bundle"} x""", "after the bundle")]
    [InlineData("[]", "JSON object")]
    [InlineData("", "too early")]
    public async Task what_is_no_bundle_is_refused(string json, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<FhirFormatException>(() => Read(Encoding.UTF8.GetBytes(json)))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task an_entry_above_the_limit_is_reported_and_the_next_one_still_comes()
    {
        var big = """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Binary","data":" """ + new string('A', BundleReader.MaxEntryBytes) + "\"}},{\"fullUrl\":\"urn:next\"}]}";
        var entries = await Read(Encoding.UTF8.GetBytes(big), 1 << 16);
        Assert.Contains("larger than", entries[0].Problem, StringComparison.Ordinal);
        Assert.Equal("urn:next", entries[1].FullUrl);
    }

    [Fact]
    public async Task lines_of_NDJSON_come_with_their_numbers()
    {
        var bytes = Encoding.UTF8.GetBytes("\uFEFF{\"a\":1}\r\n\n  \n{\"b\":2}");
        var lines = new List<NdjsonLine>();
        await foreach (var line in NdjsonReader.ReadAsync(new Trickle(bytes, 3), TestContext.Current.CancellationToken)) lines.Add(line);
        Assert.Equal([(1, "{\"a\":1}"), (4, "{\"b\":2}")], lines.Select(l => (l.Line, Encoding.UTF8.GetString(l.Bytes.Span))));
        Assert.Equal((byte)'{', bytes[lines[1].Offset]);
    }

    [Fact]
    public async Task what_is_written_entry_by_entry_is_read_again()
    {
        using var stream = new MemoryStream();
        var patient = Resource.ParseJson("""{"resourceType":"Patient","id":"a"}"""u8.ToArray());
        await using (var writer = new BundleWriter(stream, "transaction", null))
        {
            writer.WriteLinks([("self", "http://example.org/fhir")]);
            await writer.WriteAsync(patient, "urn:uuid:1", "PUT", "Patient/a", TestContext.Current.CancellationToken);
            await writer.WriteAsync(patient, null, null, null, TestContext.Current.CancellationToken);
        }
        var entries = await Read(stream.ToArray());
        Assert.Equal([("urn:uuid:1", "PUT"), (null, null)], entries.Select(e => (e.FullUrl, e.Method)));
        Assert.Equal("transaction", Resource.ParseJson(stream.ToArray()).Root["type"].AsString());
    }

    [Fact]
    public async Task an_empty_bundle_is_one_too()
    {
        using var stream = new MemoryStream();
        await using (new BundleWriter(stream, "searchset", 0)) { }
        Assert.Equal("""{"resourceType":"Bundle","type":"searchset","total":0}""", Encoding.UTF8.GetString(stream.ToArray()));
        stream.SetLength(0);
        await NdjsonWriter.WriteAsync(stream, Resource.ParseJson("{ \"resourceType\": \"Patient\",\n \"active\": true }"u8.ToArray()), TestContext.Current.CancellationToken);
        Assert.Equal("{\"resourceType\":\"Patient\",\"active\":true}\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
