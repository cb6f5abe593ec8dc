using System.Buffers;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards.Ehr;

/// <summary>Reads one resource, or a search page by page, within limits. Whatever goes wrong gives null: the data are then missing.</summary>
internal sealed class EhrPages(HttpClient http, Uri server, string accessToken)
{
    /// <summary>Of all pages of one key.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>Our templates ask for a few hundred; a server that cuts them into more pages than this gives a part.</summary>
    public const int MaxPages = 10;

    public async Task<ReadOnlyMemory<byte>?> Read(EhrQuery query, CancellationToken cancellationToken)
    {
        try
        {
            if (query.Id is { } id) return await ReadOne(query, id, cancellationToken);
            return await ReadPages(query, cancellationToken);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException or Problem or JsonException or InvalidOperationException)
        {
            // Slow, dead, wrong or malicious: to the answer it is all the same, and 412 names the key.
            return null;
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadOne(EhrQuery query, string id, CancellationToken cancellationToken)
    {
        if (await Get(query.Address, MaxBytes, cancellationToken) is not { } body) return null;
        var resource = Envelope.Value(body);
        if (resource.ValueKind == JsonValueKind.Object && TextOf(resource, "resourceType") == query.Type && TextOf(resource, "id") == Uri.UnescapeDataString(id)) return body;

        // Not by a conditional: there null would become an empty memory, and not nothing.
        return null;
    }

    private async Task<ReadOnlyMemory<byte>?> ReadPages(EhrQuery query, CancellationToken cancellationToken)
    {
        var pages = new List<ReadOnlyMemory<byte>>();
        var left = MaxBytes;
        if (query.First is { } first) pages.Add(first);
        Uri? next = query.Address;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (next is not null && pages.Count < MaxPages && seen.Add(next.AbsoluteUri))
        {
            if (await Get(next, left, cancellationToken) is not { } page) return null;
            if (PrefetchEntry.Of(query.Key, page) is not { State: PrefetchState.Resources }) return null;
            if (!Envelope.Members(page, query.Key, Envelope.MaxMembers).TryGetValue("resourceType", out var type) || Envelope.Value(type).GetString() != "Bundle") return null;
            pages.Add(page);
            left -= page.Length;
            next = EhrReading.NextOf(page, server);
        }

        return pages.Count == 1 ? pages[0] : Together(query.Key, pages);
    }

    private async Task<ReadOnlyMemory<byte>?> Get(Uri address, int most, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        request.Headers.Accept.ParseAdd("application/fhir+json");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentLength > most || answer.Content.Headers.ContentEncoding.Count > 0) return null;
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var body = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var read = await stream.ReadAsync(body.GetMemory(16 * 1024), cancellationToken);
            if (read == 0) break;
            body.Advance(read);
            if (body.WrittenCount > most) return null;
        }

        StrictJson.Check(body.WrittenSpan, "fhirServer");
        return body.WrittenMemory;
    }

    /// <summary>All entries in one Bundle; where the last page says that there are more, so does it.</summary>
    private static ReadOnlyMemory<byte> Together(string key, List<ReadOnlyMemory<byte>> pages)
    {
        var whole = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(whole))
        {
            json.WriteStartObject();
            json.WriteString("resourceType"u8, "Bundle"u8);
            json.WriteString("type"u8, "searchset"u8);
            if (PrefetchEntry.Of(key, pages[^1]).HasMore && Envelope.Members(pages[^1], key, Envelope.MaxMembers).TryGetValue("link", out var link))
            {
                json.WritePropertyName("link"u8);
                json.WriteRawValue(link.Span);
            }

            json.WriteStartArray("entry"u8);
            foreach (var page in pages)
                if (Envelope.Members(page, key, Envelope.MaxMembers).TryGetValue("entry", out var entries))
                    foreach (var entry in Envelope.Items(entries, key, PrefetchEntry.MaxResources)) json.WriteRawValue(entry.Span);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return whole.WrittenMemory;
    }

    private static string? TextOf(JsonElement resource, string name) =>
        resource.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
