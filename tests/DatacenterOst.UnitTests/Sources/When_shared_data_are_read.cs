using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using DatacenterOst.Sources;
using static DatacenterOst.UnitTests.Sources.Reading;

namespace DatacenterOst.UnitTests.Sources;

[Collection(Alone.Name)]
public sealed class When_shared_data_are_read
{
    private static async Task<List<RawRecord>> All(string profile, Stream input)
    {
        var records = new List<RawRecord>();
        await foreach (var record in SourceProfiles.SourceOf(Profile(profile)).Read(input, TestContext.Current.CancellationToken))
            records.Add(record);
        return records;
    }

    [Theory]
    [InlineData("hl7v2-fhir-converter-inputs.tar.gz", 139)]
    [InlineData("hl7v2-reportstream.tar.gz", 263)]
    public async Task every_v2_message_is_read_and_every_obx_of_a_result_message_is_an_item(string archive, int expected)
    {
        var files = 0;
        foreach (var (name, bytes) in SharedArchives.Files(archive, n => n.EndsWith(".hl7", StringComparison.Ordinal)))
        {
            files++;
            var records = await All("oru-r01", new MemoryStream(bytes));
            var lines = Encoding.Latin1.GetString(bytes).Split('\r', '\n');
            Assert.True(records.Count > 0, name);
            if (lines.Any(l => l.Contains("|ORU^R01", StringComparison.Ordinal)))
                Assert.True(lines.Count(l => l.StartsWith("OBX|", StringComparison.Ordinal)) == records.SelectMany(r => r.Items).Count(i => i.Place.Contains("OBX", StringComparison.Ordinal)), name);
            else
                Assert.All(records.SelectMany(r => r.Items), i => Assert.NotNull(i.Problem));
        }
        Assert.Equal(expected, files);
    }

    [Fact]
    public async Task the_mimic_laboratory_table_is_read_row_by_row()
    {
        var (_, bytes) = SharedArchives.Files("mimic3-demo.tar.gz", n => n.EndsWith("/LABEVENTS.csv.gz", StringComparison.Ordinal)).Single();
        await using var unpacked = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var clock = Stopwatch.StartNew();
        var records = await All("mimic-labevents", unpacked);
        TestContext.Current.TestOutputHelper?.WriteLine($"{records.Count} rows in {clock.ElapsedMilliseconds} ms");
        Assert.Equal(76_074, records.Sum(r => r.Items.Count));
        Assert.All(records, r => Assert.Null(r.Items[0].Problem));
        Assert.Equal(76_074, records.Select(r => r.Items[0].Facts[0].ResultId).Distinct().Count());
    }

    [Fact]
    public async Task every_synthea_observation_is_an_item_with_facts_and_a_patient()
    {
        var (patients, observations, entries, facts) = (0, 0, 0, 0);
        var clock = new Stopwatch();
        foreach (var (_, bytes) in SharedArchives.Files("synthea-r4-dev.tar.gz", n => n.EndsWith(".json", StringComparison.Ordinal)))
        {
            clock.Start();
            var records = await All("fhir", new MemoryStream(bytes));
            clock.Stop();
            entries += records.Count;
            var items = records.SelectMany(r => r.Items).ToList();
            Assert.All(items, i => Assert.Null(i.Problem));
            observations += items.Count(i => i.Resource!.TypeName == "Observation");
            facts += items.Sum(i => i.Facts.Count);
            var named = records.Select(r => r.Patient?.Reference).OfType<string>().Distinct().ToList();
            Assert.InRange(named.Count, 0, 1);
            patients += named.Count;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{patients} patients, {entries} entries, {facts} facts in {clock.ElapsedMilliseconds} ms");
        Assert.Equal((244, 33_637), (patients, observations));
    }
}
