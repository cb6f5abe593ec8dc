using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Hooks;

/// <summary>Calls as a client would make them, with one thing changed at a time.</summary>
public static class HookCalls
{
    public const string Aki = "kdigo-aki";

    /// <summary>The patient of the example; known to the client only, unless a test stores it.</summary>
    public const string Patient = "aki-1";

    /// <summary>The example of an AKI stage 1: everything prefetched.</summary>
    public static JsonObject Example(string service = Aki, string name = "stage-1-by-rise")
        => JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "cds-hooks", service, "examples", name + ".request.json")))!.AsObject();

    /// <summary>The example with a member set, or removed when <paramref name="json"/> is null. A step that is a number is a place in an array.</summary>
    public static string With(string path, string? json)
    {
        var root = Example();
        var steps = path.Split('/');
        var parent = steps[..^1].Aggregate((JsonNode)root, (node, step) => int.TryParse(step, out var at) ? node[at]! : node[step]!).AsObject();
        if (json is null)
            parent.Remove(steps[^1]);
        else
            parent[steps[^1]] = JsonNode.Parse(json);
        return root.ToJsonString();
    }

    public static async Task<HookReply> Post(RunningServer ost, string service, string body, CancellationToken cancellationToken, string contentType = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cds-services/" + service) { Content = content };
        request.Headers.AcceptLanguage.ParseAdd("en");
        return await HookReply.Of(await ost.Http.SendAsync(request, cancellationToken), cancellationToken);
    }
}
