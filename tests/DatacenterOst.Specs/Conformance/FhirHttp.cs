using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DatacenterOst.Specs.Running;

namespace DatacenterOst.Specs.Conformance;

/// <summary>Short words for requests below /fhir.</summary>
public static class FhirHttp
{
    private const string Json = "application/fhir+json";
    private static readonly char[] Escaped = [' ', '"', '<', '>', '\\', '^', '`', '{', '|', '}'];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="path">Below /fhir, as one reads it: blanks, bars and letters beyond ASCII are escaped here.</param>
    /// <param name="headers">Pairs of name and value; Content-Type among them where it is not FHIR's JSON.</param>
    public static Task<Answer> Send(this RunningServer server, string method, string path, string? body = null, params string[] headers)
        => Send(server.Http, method, path, body is null ? null : Encoding.UTF8.GetBytes(body), headers);

    public static async Task<Answer> Send(this HttpClient http, string method, string path, byte[]? body, string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Json);
        }

        for (var i = 0; i < headers.Length; i += 2)
        {
            if (headers[i].Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(headers[i + 1]);
            else if (headers[i].Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase))
                request.Content!.Headers.ContentEncoding.Add(headers[i + 1]);
            else
                request.Headers.TryAddWithoutValidation(headers[i], headers[i + 1]);
        }

        var message = await http.SendAsync(request, Token);
        return new Answer(message, await message.Content.ReadAsByteArrayAsync(Token));
    }

    /// <summary>Sends, and fails with the answer where the status is another.</summary>
    public static async Task<Answer> Send(this RunningServer server, int expected, string method, string path, string? body = null, params string[] headers)
    {
        var answer = await server.Send(method, path, body, headers);
        Assert.True(answer.Status == expected, $"{method} {path}: expected {expected}, got {answer}");
        return answer;
    }

    public static Task<Answer> Put(this RunningServer server, string path, string body, params string[] headers) => server.Send("PUT", path, body, headers);

    public static Task<Answer> Post(this RunningServer server, string path, string body, params string[] headers) => server.Send("POST", path, body, headers);

    public static Task<Answer> Read(this RunningServer server, string path, params string[] headers) => server.Send("GET", path, null, headers);

    /// <summary>An id that no other test uses.</summary>
    public static string NewId(string word) => word + "-" + Guid.NewGuid().ToString("N")[..12];

    private static string Url(string path)
    {
        // Links of bundles are whole addresses and already escaped.
        if (path.StartsWith("http://", StringComparison.Ordinal))
            return path;
        var url = new StringBuilder(path.Length == 0 || path[0] == '?' ? "/fhir" : "/fhir/");
        foreach (var letter in Encoding.UTF8.GetBytes(path))
        {
            if (letter > 126 || Escaped.Contains((char)letter))
                url.Append(CultureInfo.InvariantCulture, $"%{letter:X2}");
            else
                url.Append((char)letter);
        }

        return url.ToString();
    }
}

/// <summary>An answer with its body read.</summary>
public sealed class Answer(HttpResponseMessage message, byte[] bytes) : IDisposable
{
    private JsonDocument? document;

    public HttpResponseMessage Message => message;

    public int Status => (int)message.StatusCode;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public string Text => Encoding.UTF8.GetString(bytes);

    public JsonElement Json => (document ??= JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 256 })).RootElement;

    public string ResourceType => Json.GetProperty("resourceType").GetString()!;

    public IReadOnlyList<JsonElement> Entries => Json.TryGetProperty("entry", out var entries) ? [.. entries.EnumerateArray()] : [];

    /// <summary>A header of the answer or of its body; empty where there is none.</summary>
    public string Header(string name)
        => message.Headers.TryGetValues(name, out var values) || message.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";

    /// <summary>The address of a bundle's link; null where there is none.</summary>
    public string? Link(string relation)
        => Json.TryGetProperty("link", out var links)
            ? links.EnumerateArray().Where(link => link.GetProperty("relation").GetString() == relation).Select(link => link.GetProperty("url").GetString()).FirstOrDefault()
            : null;

    /// <summary>The ids of the bundle's resources with this search mode, in order.</summary>
    public IReadOnlyList<string> Ids(string mode = "match") =>
        [.. Entries.Where(entry => ModeOf(entry) == mode).Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()!)];

    /// <summary>The text of all OperationOutcomes in the bundle.</summary>
    public string Outcomes => string.Join(' ', Entries.Where(entry => ModeOf(entry) == "outcome").Select(entry => entry.GetRawText()));

    public void Dispose()
    {
        document?.Dispose();
        message.Dispose();
    }

    public override string ToString() => $"{Status} {(bytes.Length > 2_000 ? Text[..Math.Min(Text.Length, 2_000)] + " …" : Text)}";

    private static string? ModeOf(JsonElement entry) => entry.TryGetProperty("search", out var search) ? search.GetProperty("mode").GetString() : null;
}
