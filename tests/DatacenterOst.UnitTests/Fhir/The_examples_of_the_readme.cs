using System.Runtime.CompilerServices;
using System.Text;
using DatacenterOst.Fhir;

namespace DatacenterOst.UnitTests.Fhir;

using Ucum = DatacenterOst.Fhir.Ucum;

public sealed class The_examples_of_the_readme
{
    private static readonly byte[] bytes = """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14749-6"}]},"valueQuantity":{"value":5.40,"unit":"mmol/L"}}"""u8.ToArray();
    private static readonly Resource patient = Resource.ParseJson("""{"resourceType":"Patient","name":[{"use":"official","family":"Ørsted","given":["Anna","Marie"]}]}"""u8.ToArray());
    private static readonly Resource observation = Resource.ParseJson(bytes);
    private static readonly Resource profile = Resource.ParseJson("""{"resourceType":"StructureDefinition","url":"http://example.org/patient-with-name","name":"P","status":"draft","kind":"resource","abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[{"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}}"""u8.ToArray());

    [Fact]
    public void Values_are_read()
    {
        var observation = Resource.ParseJson(bytes);
        var code = observation.Root["code"]["coding"]["code"].AsString();
        var value = observation.Root["value"]["value"].AsDecimal();
        var missing = observation.Root["method"]["text"].Exists;
        Assert.Equal(("14749-6", 5.40m, false), (code, value, missing));
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        var problem = "";
        try
        {
            Resource.ParseJson("""{"resourceType":"Patient","birthDate":"2026-02-30"}"""u8.ToArray());
        }
        catch (FhirFormatException e)
        {
            problem = $"{e.Path}, line {e.Line}: {e.Problem}";
        }
        Assert.Equal("Patient.birthDate, line 1: 'birthDate' is a day that does not exist; month 02 of 2026 has 28 days: '2026-02-30'", problem);
    }

    [Fact]
    public void JSON_goes_to_XML_and_back()
    {
        var xml = observation.ToXml(indented: true);
        var again = Resource.ParseXml(xml).ToJson();
        Assert.Equal(Encoding.UTF8.GetString(observation.ToJson()), Encoding.UTF8.GetString(again));
    }

    [Fact]
    public async Task Bundles_are_streamed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var stream = new MemoryStream("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"Basic"}}]}"""u8.ToArray());
        var types = new List<string>();
        await foreach (var entry in BundleReader.ReadAsync(stream, cancellationToken))
        {
            var resource = Resource.ParseJson(entry.Resource);
            types.Add(resource.TypeName);
        }
        Assert.Equal(["Patient", "Basic"], types);
    }

    [Fact]
    public void Expressions_are_evaluated()
    {
        var officialName = FhirPathExpression.Parse("name.where(use = 'official').given.first() & ' ' & name.first().family");
        var name = officialName.First(patient.Root).ToString();
        Assert.Equal("Anna Ørsted", name);
    }

    [Fact]
    public void Resources_are_validated()
    {
        var issues = Validator.Default.Validate(patient);
        var outcome = Validator.ToOperationOutcome(issues);
        Assert.Equal(["dom-6"], issues.Select(i => i.Rule));
        Assert.Equal("warning", outcome.Root["issue"]["severity"].AsString());
    }

    [Fact]
    public void Profiles_are_checked()
    {
        var validator = new Validator { Profiles = ProfileLibrary.Of([profile]) };
        var errors = validator.Validate(patient, "http://example.org/patient-with-name").Where(i => i.Severity == IssueSeverity.Error);
        Assert.Equal("required", Assert.Single(errors).Code);
    }

    [Fact]
    public void Search_values_are_found()
    {
        var family = SearchParameter.Find("Patient", "family")!.ValuesOf(patient).OfType<StringValue>().First().Folded;
        var all = SearchParameter.Extract(patient);
        Assert.Equal("orsted", family);
        Assert.NotEmpty(all);
    }

    [Fact]
    public void Resources_are_changed()
    {
        var deceased = Patch.ApplyJson(patient, """[{ "op": "add", "path": "/deceasedBoolean", "value": true }]"""u8.ToArray());
        Assert.True(deceased.Root["deceased"].AsBoolean());
    }

    [Fact]
    public void Units_and_dates_are_understood()
    {
        var micromoles = Ucum.Convert(1.2m, "mmol/L", "umol/L");
        Ucum.TryConvert(5.5m, "mmol/L", "mg/dL", gramsPerMole: 180.156m, out var glucose);
        var march = FhirDateTime.Parse("2026-03");
        var hours = (march.High - march.Low).TotalHours;
        Assert.Equal((1200m, 99.0858m, 744d), (micromoles, glucose, hours));
    }

    [Fact]
    public void Each_block_of_the_readme_stands_in_this_file()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root(), "src", "DatacenterOst.Fhir", "README.md"));
        var tests = Plain(File.ReadAllText(Here()));
        var blocks = readme.Split("```csharp").Skip(1).Select(b => Plain(b.Split("```")[0])).ToList();
        Assert.Equal(10, blocks.Count);
        Assert.All(blocks, b => Assert.Contains(b, tests, StringComparison.Ordinal));
    }

    // Blanks at the beginning of lines differ between a page and a method.
    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0));

    private static string Here([CallerFilePath] string path = "") => path;
}
