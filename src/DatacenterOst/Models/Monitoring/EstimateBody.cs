using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace DatacenterOst.Models.Monitoring;

/// <summary>An estimate as JSON, the same in the record of an answer, beside one, and in a batch: which package, the score, the features, the conclusions, and why there are none.</summary>
public static class EstimateBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All), SkipValidation = true };

    public static byte[] Of(RiskEstimate estimate)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            Write(json, estimate);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The members of it, into an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, RiskEstimate estimate)
    {
        json.WriteStartObject("model"u8);
        json.WriteString("id"u8, estimate.Model.Value);
        json.WriteString("version"u8, estimate.Version);
        json.WriteString("hash"u8, estimate.Hash);
        json.WriteEndObject();
        if (estimate.Score is { } score) json.WriteNumber("score"u8, score);
        if (estimate.Margin is { } margin && double.IsFinite(margin)) json.WriteNumber("margin"u8, margin);
        if (estimate.Probability is { } probability) json.WriteNumber("probability"u8, probability);
        json.WriteStartArray("features"u8);
        foreach (var value in estimate.Values.Values)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, value.Name);
            if (value.Number is { } number && double.IsFinite(number)) json.WriteNumber("number"u8, number);
            if (value.Text is { } text) json.WriteString("text"u8, text);
            if (value.Unit.Length > 0) json.WriteString("unit"u8, value.Unit);
            if (value.At is { } at) json.WriteString("at"u8, at.ToString("O", CultureInfo.InvariantCulture));
            if (value.IsMissing) json.WriteString("missing"u8, value.Missing.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("conclusions"u8);
        foreach (var conclusion in estimate.Conclusions)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, conclusion.Id);
            json.WriteNumber("rank"u8, conclusion.Rank);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("abstentions"u8);
        foreach (var reason in estimate.Abstentions) json.WriteStringValue(reason);
        json.WriteEndArray();
    }

    public static KeptEstimate Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var json = document.RootElement;
        var model = json.GetProperty("model");
        return new KeptEstimate(model.GetProperty("version").GetString()!, model.GetProperty("hash").GetString()!)
        {
            Score = json.TryGetProperty("score", out var score) ? score.GetDouble() : null,
            Probability = json.TryGetProperty("probability", out var probability) ? probability.GetDouble() : null,
            Features = [.. json.GetProperty("features").EnumerateArray().Select(Feature)],
            Conclusions = [.. json.GetProperty("conclusions").EnumerateArray().Select(conclusion => conclusion.GetProperty("id").GetString()!)],
            Abstentions = [.. json.GetProperty("abstentions").EnumerateArray().Select(reason => reason.GetString()!)],
        };
    }

    private static KeptFeature Feature(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        json.TryGetProperty("number", out var number) ? number.GetDouble() : null,
        json.TryGetProperty("text", out var text) ? text.GetString() : null,
        json.TryGetProperty("missing", out var missing) ? missing.GetString() : null);
}

/// <summary>What was kept of an estimate, without the facts behind it.</summary>
public sealed record KeptEstimate(string Version, string Hash)
{
    public double? Score { get; init; }

    /// <summary>0 to 1, calibrated; null for a model that gives none.</summary>
    public double? Probability { get; init; }

    public required IReadOnlyList<KeptFeature> Features { get; init; }

    /// <summary>Ids, most urgent first.</summary>
    public required IReadOnlyList<string> Conclusions { get; init; }

    public required IReadOnlyList<string> Abstentions { get; init; }

    public override string ToString() => $"{nameof(KeptEstimate)} {Version}";
}

/// <param name="Missing">Why it is missing; null when it is not. An imputed value may stand beside it.</param>
public sealed record KeptFeature(string Name, double? Number, string? Text, string? Missing)
{
    public override string ToString() => $"{nameof(KeptFeature)} {Name}";
}
