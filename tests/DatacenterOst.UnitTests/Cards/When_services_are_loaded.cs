using System.Text;
using System.Text.Json;
using DatacenterOst.Cards;
using DatacenterOst.Clinical;

namespace DatacenterOst.UnitTests.Cards;

public sealed class When_services_are_loaded
{
    [Fact]
    public void D02_no_services_give_an_empty_list() => Assert.Equal("""{"services":[]}""", Encoding.UTF8.GetString(Service.Load().Discovery.Span));

    [Fact]
    public void D03_D06_every_entry_has_hook_description_and_id_and_its_prefetch()
    {
        var entry = Entries(Service.Yaml).Single();
        Assert.Equal(("patient-view", "A description", "test"), (Text(entry, "hook"), Text(entry, "description"), Text(entry, "id")));
        Assert.Equal("Patient/{{context.patientId}}", entry.GetProperty("prefetch").GetProperty("patient").GetString());
    }

    [Fact]
    public void D05_an_entry_without_prefetch_has_no_prefetch_key()
    {
        var entry = Entries(Without(Service.Yaml, "prefetch:", 2)).Single();
        Assert.False(entry.TryGetProperty("prefetch", out _));
    }

    [Fact]
    public void a_service_of_several_hooks_has_an_entry_for_each()
    {
        var entries = Entries(Service.Yaml.Replace("[patient-view]", "[patient-view, order-sign]", StringComparison.Ordinal));
        Assert.Equal(["order-sign", "patient-view"], entries.Select(entry => Text(entry, "hook")));
    }

    [Fact]
    public void D09_one_hook_named_twice_is_refused() =>
        Refused(Service.Yaml.Replace("[patient-view]", "[patient-view, patient-view]", StringComparison.Ordinal), "patient-view twice", 2);

    [Fact]
    public void D09_a_second_folder_with_the_same_id_is_refused_and_the_first_is_served()
    {
        var loaded = Service.Load(("test", Service.Yaml), ("test2", Service.Yaml));
        Assert.Equal(["test"], loaded.All.Select(service => service.Id));
        Assert.Equal("service.yaml:1", loaded.Refused.Single().Reasons.Single()[..14]);
    }

    [Fact]
    public void D13_nothing_in_discovery_is_null_or_empty() => AssertNothingEmpty(JsonDocument.Parse(Service.Load(("test", Service.Yaml)).Discovery).RootElement);

    [Fact]
    public void D17_two_loads_give_the_same_bytes()
    {
        var (first, second) = (Service.Load(("test", Service.Yaml)), Service.Load(("test", Service.Yaml)));
        Assert.Equal(first.Discovery.ToArray(), second.Discovery.ToArray());
    }

    [Theory]
    [InlineData("../etc")]
    [InlineData("test/")]
    [InlineData("TEST")]
    [InlineData("te\0st")]
    [InlineData("")]
    public void R21_R23_an_unknown_id_is_not_found_and_not_repeated(string id)
    {
        var problem = Assert.Throws<Problem>(() => Service.Load(("test", Service.Yaml)).Get(id));
        Assert.Equal(ProblemKind.NotFound, problem.Kind);
        if (id.Length > 0) Assert.DoesNotContain(id, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void R05_a_hook_that_the_service_does_not_serve_is_refused()
    {
        var request = Requests.Parse(Requests.For("encounter-start", """{"userId":"Practitioner/1","patientId":"p1","encounterId":"e1"}"""));
        Assert.Equal("hook", Assert.Throws<Problem>(() => Service.One(Service.Yaml).Require(request)).Where);
    }

    [Fact]
    public void a_broken_service_is_refused_with_its_reason_and_the_others_load()
    {
        var loaded = Service.Load(("broken", "id: broken\nhooks: [patient-view"), ("test", Service.Yaml));
        Assert.Equal(["test"], loaded.All.Select(service => service.Id));
        Assert.StartsWith("service.yaml:", loaded.Refused.Single().Reasons[0], StringComparison.Ordinal);
        Assert.Equal("broken", loaded.Refused.Single().Folder);
    }

    [Fact]
    public void a_service_that_broke_since_the_last_load_goes_on_as_it_was()
    {
        var earlier = Service.Load(("test", Service.Yaml));
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "test"));
        File.WriteAllText(Path.Combine(directory.Path, "test", CdsServices.FileName), "id: test");

        var now = CdsServices.Load(directory.Path, TestModels.OfTests, earlier);

        Assert.Same(earlier.Get("test"), now.Get("test"));
        Assert.Single(now.Refused);
    }

    [Theory]
    [InlineData("title: A title", "titel: A title", "title")]
    [InlineData("title: A title", "title: A title\nextra: 1", "extra")]
    [InlineData("[patient-view]", "[patient-viewed]", "patient-viewed")]
    [InlineData("[patient-view]", "[]", "hooks")]
    [InlineData("code: TestTopic", "code: test-topic", "topic")]
    [InlineData("indicator: warning", "indicator: hard-stop", "indicator")]
    [InlineData("{creatinine.withUnit}\", en", "{creatinine.unity}\", en", "unity")]
    [InlineData("Kreatinin {creatinine.withUnit}", "Kreatinin {creatinine", "partner")]
    [InlineData("Kreatinin {creatinine.withUnit}", "*Kreatinin* {creatinine}", "Markdown")]
    [InlineData("\"Gør noget.\"", "\"Gør [[noget.\"", "closed")]
    [InlineData("\"0.0\"", "\"0.0000000\"", "format")]
    [InlineData("rounding: down", "rounding: up", "rounding")]
    [InlineData(", en: A source", "", "en")]
    [InlineData("rounding: down", "rounding: down\n  unknown:\n    format: \"0\"", "unknown")]
    [InlineData("  high:", "  highest:", "concludes high, low")]
    [InlineData("Kreatinin {creatinine.withUnit}", "Kreatinin {kreatinin}", "kreatinin")]
    [InlineData("{id: test-model}", "{id: another-model}", "not loaded")]
    [InlineData("{id: test-model}", "{id: test-model, version: 9.9.9}", "not loaded")]
    [InlineData("indicator: warning", "indicator: warning\n    links: [{label: {da: x, en: x}, url: \"http://example.org\", type: absolute}]", "https")]
    [InlineData("indicator: warning", "indicator: warning\n    links: [{label: {da: x, en: x}, url: \"https://example.org\", type: absolute, appContext: x}]", "appContext")]
    public void a_mistake_in_the_content_is_refused_with_words_that_name_it(string right, string wrong, string named)
    {
        Assert.Contains(right, Service.Yaml, StringComparison.Ordinal);
        Refused(Service.Yaml.Replace(right, wrong, StringComparison.Ordinal), named, null);
    }

    [Theory]
    [InlineData("T01", "patient/{{context.patientId}}")]
    [InlineData("T01", "Patient/{{context.patientId}}/_history")]
    [InlineData("T01", "Patient/{{context.patientId}}/$everything")]
    [InlineData("T02", "Patient/{{context.subjectId}}")]
    [InlineData("T02", "Encounter/{{context.draftOrders}}")]
    [InlineData("T02", "Patient/{{userRobotId}}")]
    [InlineData("T03", "Patient/{context.patientId}")]
    [InlineData("T03", "Patient/{{patientId}}")]
    [InlineData("T05", "Observation?patient={{context.patientId}}&code:text=x")]
    [InlineData("T05", "Observation?patient.name=x")]
    [InlineData("T06", "Observation?date=ap2026-01-01")]
    [InlineData("T06", "Observation?date=sa2026-01-01")]
    [InlineData("T07", "Observation?patient={{context.patientId}}&_include=Observation:subject")]
    [InlineData("T07", "Observation?patient={{context.patientId}}&_summary=true")]
    [InlineData("T07", "Observation?patient={{context.patientId}}&_count=100000")]
    public void a_prefetch_template_that_a_client_could_not_resolve_is_refused(string caseId, string template)
    {
        var loaded = Service.Load(("test", Service.Yaml.Replace("Patient/{{context.patientId}}", template, StringComparison.Ordinal)));
        Assert.True(loaded.Refused.Count == 1, $"{caseId}: {template} was taken");
        Assert.StartsWith("service.yaml:7: ", loaded.Refused[0].Reasons.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Practitioner/{{userPractitionerId}}")]
    [InlineData("Observation?patient={{context.patientId}}&code:in=http://example.org/ValueSet/x&date=ge2026-01-01&_sort=-date&_count=100")]
    [InlineData("Encounter/{{context.encounterId}}")]
    public void a_prefetch_template_of_the_recommended_subset_is_taken(string template) =>
        Service.One(Service.Yaml.Replace("Patient/{{context.patientId}}", template, StringComparison.Ordinal));

    private static void Refused(string yaml, string named, int? line)
    {
        var reasons = string.Join('\n', Service.Load(("test", yaml)).Refused.Single().Reasons);
        Assert.Contains(named, reasons, StringComparison.Ordinal);
        if (line is not null) Assert.StartsWith($"service.yaml:{line}: ", reasons, StringComparison.Ordinal);
    }

    private static List<JsonElement> Entries(string yaml) =>
        [.. JsonDocument.Parse(Service.Load(("test", yaml)).Discovery).RootElement.GetProperty("services").EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string Without(string yaml, string key, int linesBelow)
    {
        var lines = yaml.Split('\n').ToList();
        lines.RemoveRange(lines.IndexOf(key), linesBelow + 1);
        return string.Join('\n', lines);
    }

    internal static void AssertNothingEmpty(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                Assert.Fail("null");
                break;
            case JsonValueKind.String:
                Assert.NotEqual("", element.GetString());
                break;
            case JsonValueKind.Array:
                Assert.NotEqual(0, element.GetArrayLength());
                foreach (var item in element.EnumerateArray()) AssertNothingEmpty(item);
                break;
            case JsonValueKind.Object:
                Assert.NotEmpty(element.EnumerateObject());
                foreach (var member in element.EnumerateObject()) AssertNothingEmpty(member.Value);
                break;
        }
    }
}
