using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using DatacenterOst.Models;

namespace DatacenterOst.Cards;

/// <summary>Where a card comes from, in data rather than in words.</summary>
internal sealed record CardOrigin(RiskEstimate Estimate, Guid Run, DateTimeOffset? NewestInput);

/// <summary>Cards as CDS Hooks 2.0.1 JSON. No member is ever null or empty, except <c>cards</c> itself.</summary>
internal static class CardJson
{
    /// <summary>Our member of a card's extension object; the name is ours by domain (CDS Hooks 2.0.1, Extensions).</summary>
    public const string Extension = "dk.datacenter-ost.estimate";

    public static readonly JsonWriterOptions Options = new()
    {
        // Danish letters stay readable on the wire; what HTML could act on is escaped all the same.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        SkipValidation = true,
    };

    private static readonly byte[] NoCards = """{"cards":[]}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<Card> cards, CdsService service, CardOrigin origin, Language language)
    {
        if (cards.Count == 0) return NoCards;
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("cards"u8);
            foreach (var card in cards) WriteCard(json, card, service, origin, language);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteCard(Utf8JsonWriter json, Card card, CdsService service, CardOrigin origin, Language language)
    {
        json.WriteStartObject();
        json.WriteString("uuid"u8, card.Uuid);
        json.WriteString("summary"u8, card.Summary);
        json.WriteString("detail"u8, card.Detail);
        json.WriteString("indicator"u8, card.Indicator switch
        {
            Indicator.Critical => "critical"u8,
            Indicator.Warning => "warning"u8,
            _ => "info"u8,
        });
        WriteSource(json, service.Source, language);
        if (card.Links.Count > 0) WriteLinks(json, card.Links, language);
        WriteOrigin(json, origin);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, CardSource source, Language language)
    {
        json.WriteStartObject("source"u8);
        json.WriteString("label"u8, source.Label.In(language));
        if (source.Url is { } url) json.WriteString("url"u8, url);
        if (source.Topic is { } topic)
        {
            json.WriteStartObject("topic"u8);
            json.WriteString("system"u8, topic.Code.System);
            json.WriteString("code"u8, topic.Code.Value);
            if (topic.Display is { } display) json.WriteString("display"u8, display.In(language));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, IReadOnlyList<CardLink> links, Language language)
    {
        json.WriteStartArray("links"u8);
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteString("label"u8, link.Label.In(language));
            json.WriteString("url"u8, link.Url);
            json.WriteString("type"u8, link.Type == LinkType.Smart ? "smart"u8 : "absolute"u8);
            if (link.AppContext is { } appContext) json.WriteString("appContext"u8, appContext);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOrigin(Utf8JsonWriter json, CardOrigin origin)
    {
        json.WriteStartObject("extension"u8);
        json.WriteStartObject(Extension);
        json.WriteString("model"u8, origin.Estimate.Model.Value);
        json.WriteString("version"u8, origin.Estimate.Version);
        json.WriteString("hash"u8, origin.Estimate.Hash);
        json.WriteString("run"u8, origin.Run);
        json.WriteString("asOf"u8, Instant(origin.Estimate.AsOf));
        if (origin.NewestInput is { } newest) json.WriteString("newestInput"u8, Instant(newest));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
