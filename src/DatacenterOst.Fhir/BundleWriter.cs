using System.Buffers;
using System.Text.Json;

namespace DatacenterOst.Fhir;

/// <summary>
/// Writes a Bundle to a stream entry by entry, holding one entry in memory. Dispose ends the bundle; without it the stream has no valid JSON.
/// </summary>
public sealed class BundleWriter : IAsyncDisposable
{
    private readonly Stream stream;
    private readonly ArrayBufferWriter<byte> buffer = new(16 * 1024);
    private readonly Utf8JsonWriter writer;
    private bool isEnded;

    /// <summary>Begins a bundle of the type ("searchset", "collection", "transaction", …), with its total where it is known.</summary>
    public BundleWriter(Stream stream, string type, int? total = null)
    {
        (this.stream, writer) = (stream, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Bundle"u8);
        writer.WriteString("type"u8, type);
        if (total is { } known) writer.WriteNumber("total"u8, known);
    }

    /// <summary>How many entries have been written.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a link (self, next, …); before the first entry only.</summary>
    public void WriteLinks(IEnumerable<(string Relation, string Url)> links)
    {
        ArgumentNullException.ThrowIfNull(links);
        if (Count > 0) throw new InvalidOperationException("Links are written before the first entry.");
        writer.WriteStartArray("link"u8);
        foreach (var (relation, url) in links)
        {
            writer.WriteStartObject();
            writer.WriteString("relation"u8, relation);
            writer.WriteString("url"u8, url);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Writes one entry. Method and url make a request, as transactions need it.</summary>
    public async ValueTask WriteAsync(Resource resource, string? fullUrl, string? method, string? url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Count++ == 0) writer.WriteStartArray("entry"u8);
        writer.WriteStartObject();
        if (fullUrl is not null) writer.WriteString("fullUrl"u8, fullUrl);
        writer.WritePropertyName("resource"u8);
        resource.WriteJson(writer);
        if (method is not null)
        {
            writer.WriteStartObject("request"u8);
            writer.WriteString("method"u8, method);
            writer.WriteString("url"u8, url);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        await FlushAsync(cancellationToken);
    }

    /// <summary>Ends the bundle. The stream stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isEnded) return;
        isEnded = true;
        if (Count > 0) writer.WriteEndArray();
        writer.WriteEndObject();
        await FlushAsync(CancellationToken.None);
        await writer.DisposeAsync();
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken);
        await stream.WriteAsync(buffer.WrittenMemory, cancellationToken);
        buffer.ResetWrittenCount();
    }
}
