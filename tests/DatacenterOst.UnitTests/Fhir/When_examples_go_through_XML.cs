using System.Text.Json;
using System.Text.RegularExpressions;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

public sealed class When_examples_go_through_XML
{
    [Fact]
    public void all_come_back_the_same_in_meaning()
    {
        var problems = new List<string>();
        foreach (var file in Examples.Files())
        {
            var bytes = File.ReadAllBytes(file);
            try
            {
                var xml = Resource.ParseJson(bytes).ToXml();
                using var before = JsonDocument.Parse(bytes);
                using var after = JsonDocument.Parse(Resource.ParseXml(xml).ToJson());
                if (SameMeaning.Difference(before.RootElement, after.RootElement, "") is { } difference) problems.Add($"{Path.GetFileName(file)}: {difference}");
            }
            catch (FhirFormatException e)
            {
                problems.Add($"{Path.GetFileName(file)}: {e.Message}");
            }
        }
        Assert.True(problems.Count == 0, $"{problems.Count}:\n" + string.Join('\n', problems.Select(p => p.Length > 600 ? p[..600] : p).Take(30)));
    }
}
