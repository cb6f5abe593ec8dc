using System.Text.Json.Nodes;
using DatacenterOst.Fhir;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Every search parameter of every type over HL7's examples, with a naive evaluation by FHIRPath as the measure.</summary>
[Collection(OverTheExamples.Name)]
public sealed class When_HL7s_examples_are_searched(ExampleServers servers)
{
    private const int ComparedPerType = 25;

    public static readonly TheoryData<string> Both = Stores.Both;

    public static TheoryData<string, string> Types => When_the_server_describes_itself.Types;

    [Theory, MemberData(nameof(Both))]
    public async Task all_examples_are_stored(string store)
    {
        var ost = await servers.On(store);
        var refused = servers.RefusedBy(ost);
        Assert.True(refused.Count == 0, $"{refused.Count} refused:\n{string.Join('\n', refused.Take(20))}");
        Assert.InRange(Examples.ByType.Values.Sum(resources => resources.Length), 5_200, 5_307);
        foreach (var (type, resources) in Examples.ByType)
        {
            using var count = await ost.Send(200, "GET", type + "?_summary=count");
            Assert.True(resources.Length == count.Json.GetProperty("total").GetInt32(), $"{type}: {resources.Length} sent, {count.Json.GetProperty("total")} stored");
        }
    }

    [Theory, MemberData(nameof(Types))]
    public async Task every_parameter_of_a_type_finds_what_FHIRPath_finds(string store, string type)
    {
        var ost = await servers.On(store);
        var resources = Examples.ByType.GetValueOrDefault(type) ?? [];
        var differences = new List<string>();
        foreach (var parameter in SearchParameter.Of(type))
        {
            if (NaiveSearch.Question(parameter, resources) is { } question)
                await Compare(ost, type, parameter, question, differences);
            else
                await AskWithoutMeasure(ost, type, parameter);
        }

        Assert.True(differences.Count == 0, $"{differences.Count} parameters of {type} differ:\n{string.Join('\n', differences.Take(15))}");
    }

    [Theory, MemberData(nameof(Types))]
    public async Task an_example_comes_back_as_it_was_sent(string store, string type)
    {
        var ost = await servers.On(store);
        foreach (var resource in (Examples.ByType.GetValueOrDefault(type) ?? []).Where(resource => resource.Source.Length < 500_000).Take(ComparedPerType))
        {
            using var answer = await ost.Send(200, "GET", resource.ToString(), null, "Accept", "application/fhir+json");
            Assert.True(JsonNode.DeepEquals(WithoutVersion(resource.Source), WithoutVersion(answer.Bytes)), $"{resource} differs from what was sent:\n{answer}");
        }
    }

    private static async Task Compare(RunningServer ost, string type, SearchParameter parameter, NaiveQuestion question, List<string> differences)
    {
        var ask = $"{type}?{parameter.Code}={Uri.EscapeDataString(question.Ask)}";
        var found = new List<string>();
        for (var next = ask + "&_count=1000&_elements=id"; next is not null;)
        {
            using var page = await ost.Send("GET", next);
            if (page.Status != 200 || page.Outcomes.Length > 0)
            {
                differences.Add($"{Uri.UnescapeDataString(ask)}: {page.Status} {(page.Outcomes.Length > 0 ? page.Outcomes : page.ToString())}");
                return;
            }

            found.AddRange(page.Ids());
            next = page.Link("next");
        }

        if (found.Count != found.Distinct().Count())
            differences.Add($"{Uri.UnescapeDataString(ask)}: the same resource twice");
        var (missing, tooMany) = (question.Ids.Except(found).ToList(), found.Except(question.Ids).ToList());
        if (missing.Count > 0 || tooMany.Count > 0)
            differences.Add($"{Uri.UnescapeDataString(ask)}: {missing.Count} of {question.Ids.Count} missing ({string.Join(' ', missing.Take(3))}), {tooMany.Count} too many ({string.Join(' ', tooMany.Take(3))})");
    }

    /// <summary>_text, _content, near and the like are not found by FHIRPath; they must be answered, or refused with a reason.</summary>
    private static async Task AskWithoutMeasure(RunningServer ost, string type, SearchParameter parameter)
    {
        var ask = $"{type}?{parameter.Code}={(parameter.Code == "near" ? "42|-83|10|km" : "example")}&_count=5";
        using var answer = await ost.Send("GET", ask);
        if (answer.Status == 200)
            Assert.Equal("Bundle", answer.ResourceType);
        else
            Expectation.Parse("4xx " + parameter.Code).Check(ask, answer);
    }

    private static JsonObject WithoutVersion(ReadOnlyMemory<byte> json)
    {
        var node = JsonNode.Parse(json.Span)!.AsObject();
        if (node["meta"] is JsonObject meta)
        {
            meta.Remove("versionId");
            meta.Remove("lastUpdated");
            if (meta.Count == 0)
                node.Remove("meta");
        }

        return node;
    }
}
