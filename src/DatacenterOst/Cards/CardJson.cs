using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace DatacenterOst.Cards;

/// <summary>
/// An answer as CDS Hooks JSON, in the words of one version. No member is ever null or empty, except <c>cards</c> itself.
/// The same answer can be written for several clients.
/// </summary>
public static class CardJson
{
    /// <summary>Our member of a card's extension object; the name is ours by domain (CDS Hooks 2.0.1, Extensions).</summary>
    public const string Extension = "dk.datacenter-ost.estimate";

    internal static readonly JsonWriterOptions Options = new()
    {
        // Danish letters stay readable on the wire; what HTML could act on is escaped all the same.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        SkipValidation = true,
    };

    private static readonly byte[] NoCards = """{"cards":[]}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Write(HookAnswer answer, CdsService service, ClientProfile client)
    {
        var sendsActions = client.TakesSystemActions && client.Profile != AnswerProfile.Cds1 && answer.SystemActions.Count > 0;
        if (answer.Cards.Count == 0 && !sendsActions) return NoCards;
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("cards"u8);
            foreach (var card in answer.Cards) WriteCard(json, card, answer, service, client);
            json.WriteEndArray();
            if (sendsActions) ActionJson.Write(json, "systemActions"u8, answer.SystemActions, client);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteCard(Utf8JsonWriter json, Card card, HookAnswer answer, CdsService service, ClientProfile client)
    {
        var isFirstVersion = client.Profile == AnswerProfile.Cds1;
        json.WriteStartObject();
        if (!isFirstVersion) json.WriteString("uuid"u8, card.Uuid);
        json.WriteString("summary"u8, card.Summary);
        json.WriteString("detail"u8, card.Detail);
        json.WriteString("indicator"u8, card.Indicator switch
        {
            Indicator.Critical => "critical"u8,
            Indicator.Warning => "warning"u8,
            _ => "info"u8,
        });
        WriteSource(json, service.Source, answer.Language, client);
        ActionJson.WriteSuggestions(json, card, client);
        if (!isFirstVersion && card.OverrideReasons.Count > 0) WriteReasons(json, card.OverrideReasons, answer.Language);
        WriteLinks(json, card.Links, answer.Language, client);
        WriteOrigin(json, answer);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, CardSource source, Language language, ClientProfile client)
    {
        json.WriteStartObject("source"u8);
        json.WriteString("label"u8, source.Label.In(language));
        if (source.Url is { } url) json.WriteString("url"u8, url);
        if (source.Topic is { } topic && client.Profile != AnswerProfile.Cds1)
        {
            json.WriteStartObject("topic"u8);
            json.WriteString("system"u8, topic.Code.System);
            json.WriteString("code"u8, topic.Code.Value);
            if (topic.Display is { } display) json.WriteString("display"u8, display.In(language));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteReasons(Utf8JsonWriter json, IReadOnlyList<OverrideReason> reasons, Language language)
    {
        json.WriteStartArray("overrideReasons"u8);
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("system"u8, reason.Code.System);
            json.WriteString("code"u8, reason.Code.Value);
            json.WriteString("display"u8, reason.Display.In(language));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, IReadOnlyList<CardLink> links, Language language, ClientProfile client)
    {
        var allowed = links.Where(link => client.LinkHosts.Count == 0 || client.LinkHosts.Contains(new Uri(link.Url).Host, StringComparer.OrdinalIgnoreCase)).ToList();
        if (allowed.Count == 0) return;
        json.WriteStartArray("links"u8);
        foreach (var link in allowed)
        {
            json.WriteStartObject();
            json.WriteString("label"u8, link.Label.In(language));
            json.WriteString("url"u8, link.Url);
            json.WriteString("type"u8, link.Type == LinkType.Smart ? "smart"u8 : "absolute"u8);
            if (link.AppContext is { } appContext) json.WriteString("appContext"u8, appContext);
            if (link.IsAutolaunchable && client.Profile == AnswerProfile.Cds3) json.WriteBoolean("autolaunchable"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOrigin(Utf8JsonWriter json, HookAnswer answer)
    {
        var estimate = answer.Estimate;
        json.WriteStartObject("extension"u8);
        json.WriteStartObject(Extension);
        json.WriteString("model"u8, estimate.Model.Value);
        json.WriteString("version"u8, estimate.Version);
        json.WriteString("hash"u8, estimate.Hash);
        json.WriteString("run"u8, answer.Run);
        json.WriteString("asOf"u8, Instant(estimate.AsOf));
        if (CardDetail.NewestInput(estimate) is { } newest) json.WriteString("newestInput"u8, Instant(newest));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
