using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Hooks;

/// <summary>
/// Every example request of every service: once as it stands, with its prefetch; once without, after the same resources were
/// ingested. The cards are the same, apart from identifiers.
/// </summary>
public sealed class When_a_hook_is_answered_from_prefetch_and_from_the_store(PrivatePostgres postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Examples() => [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "cds-hooks"), "*.request.json", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => Path.GetRelativePath(Path.Combine(Repository.Root, "cds-hooks"), path))];

    [Theory, MemberData(nameof(Examples))]
    public Task the_cards_are_the_same_on_sqlite(string example) => Compare(example, null);

    [Theory, MemberData(nameof(Examples))]
    public async Task the_cards_are_the_same_on_postgresql(string example) => await Compare(example, await postgres.NewDatabase(Token));

    private static async Task Compare(string example, string? connectionString)
    {
        var service = example.Split('/')[0];
        var request = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "cds-hooks", example), Token))!.AsObject();
        await using var ost = await RunningServer.Start(connectionString, Token);
        var fromPrefetch = await Call(ost, service, request);

        var resources = Resources(request["prefetch"]!.AsObject()).Select(resource => resource.ToJsonString()).ToList();
        await ost.Receive("fhir", string.Join('\n', resources) + "\n", Token);
        request.Remove("prefetch");
        request.Remove("fhirServer");
        var fromStore = await Call(ost, service, request);
        Assert.Equal(SameCards.Alike(fromPrefetch), SameCards.Alike(fromStore));
        Assert.Equal(example.Contains("silent", StringComparison.Ordinal), fromStore.GetArrayLength() == 0);
    }

    private static IEnumerable<JsonNode> Resources(JsonObject prefetch)
    {
        foreach (var (_, value) in prefetch)
        {
            if (value?["resourceType"]?.GetValue<string>() != "Bundle")
            {
                if (value is not null)
                    yield return value;
                continue;
            }

            foreach (var entry in value["entry"]?.AsArray() ?? [])
                yield return entry!["resource"]!;
        }
    }

    private static async Task<JsonElement> Call(RunningServer ost, string service, JsonObject request)
    {
        using var content = new StringContent(request.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await ost.Http.PostAsync("/cds-services/" + service, content, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("cards");
    }
}
