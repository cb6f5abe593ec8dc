using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Models;

/// <summary>Copies of a shipped package as other versions, and the calls that put them to use.</summary>
public sealed class ModelVersions : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The folder of a version: the shipped 1.0.0 with another number and, where said, other words.</summary>
    public string Of(string model, string version, params (string From, string To)[] changes)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder.Path, Guid.NewGuid().ToString("N"), model, version)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "models", model, "1.0.0"))) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        Change(target, "model.yaml", "version: 1.0.0", "version: " + version);
        foreach (var (from, to) in changes) Change(target, "model.yaml", from, to);
        return target;
    }

    public static void Change(string package, string file, string from, string to)
    {
        var path = Path.Combine(package, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public static byte[] Zip(string package)
    {
        using var output = new MemoryStream();
        ZipFile.CreateFromDirectory(package, output);
        return output.ToArray();
    }

    public static async Task<HttpResponseMessage> Deploy(HttpClient http, byte[] zip, string query = "who=Anna&why=trial")
    {
        using var content = new ByteArrayContent(zip);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await http.PostAsync("/api/models?" + query, content, Token);
    }

    public static async Task Deployed(HttpClient http, string package, string query = "who=Anna&why=trial")
    {
        using var answer = await Deploy(http, Zip(package), query);
        Assert.True((int)answer.StatusCode == 201, await answer.Content.ReadAsStringAsync(Token));
    }

    public static Task<HttpResponseMessage> Post(HttpClient http, string path, object body) => http.PostAsJsonAsync("/api/models/" + path, body, Token);

    public static async Task Promoted(HttpClient http, string model, string version, string to, string? share = null, string[]? units = null)
    {
        using var answer = await Post(http, $"{model}/{version}/stage", new { to, share, units, who = "Bent", why = "the report is good" });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    public static async Task RolledBack(HttpClient http, string model)
    {
        using var answer = await Post(http, $"{model}/rollback", new { who = "Clara", why = "too many cards" });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>The version that says it made a card.</summary>
    public static string VersionOf(JsonElement card) => card.GetProperty("extension").GetProperty("dk.datacenter-ost.estimate").GetProperty("version").GetString()!;

    public static async Task Becomes(Func<Task<bool>> holds, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < within, $"it did not become so within {within}");
            await Task.Delay(20, Token);
        }
    }

    public void Dispose() => folder.Dispose();
}
