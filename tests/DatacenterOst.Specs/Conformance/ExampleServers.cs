using System.Text;
using System.Text.Json;
using DatacenterOst.Fhir;
using DatacenterOst.Specs.Databases;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>
/// HL7's examples of FHIR R4, from npm hl7.fhir.r4.examples@4.0.1: the folder that DOST_FHIR_EXAMPLES names, or
/// artifacts/node_modules below the repository.
/// </summary>
internal static class Examples
{
    /// <summary>Larger ones are no resource that the server takes (5 MB); HL7's definitions in one bundle are.</summary>
    private const int MaxBytes = 5 * 1000 * 1000;

    private static readonly Lazy<IReadOnlyDictionary<string, Resource[]>> Read = new(ReadAll);

    /// <summary>All that are instances of a resource type, by type.</summary>
    public static IReadOnlyDictionary<string, Resource[]> ByType => Read.Value;

    private static string Folder()
    {
        var named = Environment.GetEnvironmentVariable("DOST_FHIR_EXAMPLES");
        string?[] candidates = [named, named is null ? null : Path.Combine(named, "hl7.fhir.r4.examples"), Path.Combine(Repository.Root, "artifacts", "node_modules", "hl7.fhir.r4.examples")];
        var found = candidates.FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "package.json")));
        Assert.SkipWhen(found is null, "HL7's examples are not here: npm install --prefix artifacts hl7.fhir.r4.examples@4.0.1, or set DOST_FHIR_EXAMPLES");
        return found!;
    }

    private static Dictionary<string, Resource[]> ReadAll()
        => Directory.EnumerateFiles(Folder(), "*-*.json").Order(StringComparer.Ordinal)
            .Where(file => char.IsAsciiLetterUpper(Path.GetFileName(file)[0]) && new FileInfo(file).Length < MaxBytes)
            .Select(file => Resource.ParseJson(File.ReadAllBytes(file)))
            .Where(resource => resource.Id is { Length: > 0 and <= 64 } && resource.TypeName != "Parameters")
            .DistinctBy(resource => resource.ToString())
            .GroupBy(resource => resource.TypeName)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
}

/// <summary>Servers that hold HL7's examples, sent in batches; nothing writes to them afterwards.</summary>
public sealed class ExampleServers(PrivatePostgres postgres) : Servers(postgres)
{
    /// <summary>Entries and bytes of a batch, well below what the server takes.</summary>
    private const int MaxEntries = 200;
    private const int MaxBatchBytes = 8_000_000;

    private readonly Dictionary<RunningServer, List<string>> refused = [];

    /// <summary>What the server refused, with the reason; empty where all are stored.</summary>
    public IReadOnlyList<string> RefusedBy(RunningServer server) => refused[server];

    protected override async Task Fill(RunningServer server)
    {
        refused[server] = [];
        var batch = new List<Resource>();
        var bytes = 0;
        foreach (var resource in Examples.ByType.Values.SelectMany(resources => resources))
        {
            if (batch.Count == MaxEntries || (batch.Count > 0 && bytes + resource.Source.Length > MaxBatchBytes))
            {
                await Send(server, batch);
                batch.Clear();
                bytes = 0;
            }

            batch.Add(resource);
            bytes += resource.Source.Length;
        }

        await Send(server, batch);
    }

    private async Task Send(RunningServer server, List<Resource> batch)
    {
        var body = new StringBuilder("""{"resourceType":"Bundle","type":"batch","entry":[""");
        foreach (var resource in batch)
            body.Append(body[^1] == '[' ? "" : ",").Append("{\"resource\":").Append(Encoding.UTF8.GetString(resource.Source.Span))
                .Append(",\"request\":{\"method\":\"PUT\",\"url\":\"").Append(resource).Append("\"}}");
        using var answer = await server.Send(200, "POST", "", body.Append("]}").ToString());
        for (var i = 0; i < batch.Count; i++)
        {
            var response = answer.Entries[i].GetProperty("response");
            if (response.GetProperty("status").GetString() is not { } status || !status.StartsWith("20", StringComparison.Ordinal))
                refused[server].Add($"{batch[i]}: {(response.TryGetProperty("outcome", out JsonElement outcome) ? outcome.GetRawText() : response.GetRawText())}");
        }
    }
}

[CollectionDefinition(Name)]
public sealed class OverTheExamples : ICollectionFixture<ExampleServers>
{
    public const string Name = "FHIR search over HL7's examples";
}
