using System.Text.Json;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_HL7s_examples_are_read
{
    [Fact]
    public void all_are_understood_and_come_back_the_same_in_meaning()
    {
        var problems = new List<string>();
        var read = 0;
        foreach (var file in Examples.Files())
        {
            read++;
            var bytes = File.ReadAllBytes(file);
            try
            {
                var again = Resource.ParseJson(bytes).ToJson();
                using var before = JsonDocument.Parse(bytes);
                using var after = JsonDocument.Parse(again);
                if (SameMeaning.Difference(before.RootElement, after.RootElement, "") is { } difference) problems.Add($"{Path.GetFileName(file)}: {difference}");
            }
            catch (FhirFormatException e)
            {
                problems.Add($"{Path.GetFileName(file)}: {e.Message}");
            }
        }
        Assert.True(problems.Count == 0, $"{problems.Count} of {read}:\n" + string.Join('\n', problems.Take(30)));
        Assert.InRange(read, 5300, 5400);
    }

    [Fact]
    public void the_fast_writer_writes_what_the_reference_writer_writes()
    {
        foreach (var file in Examples.Files().Where(f => new FileInfo(f).Length < 100_000))
        {
            var resource = Resource.ParseJson(File.ReadAllBytes(file));
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true })) new JsonWriting(resource, writer).Write(0);
            Assert.True(resource.ToJson().AsSpan().SequenceEqual(stream.ToArray()), file);
        }
    }
}
