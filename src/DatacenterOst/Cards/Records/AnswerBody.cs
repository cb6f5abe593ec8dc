using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models.Monitoring;

namespace DatacenterOst.Cards.Records;

/// <summary>
/// The record of one answer as JSON: who asked what and when, the inputs by reference and value, what the model made of them,
/// what was said and what was not, and the answer's own bytes.
/// </summary>
internal static class AnswerBody
{
    /// <summary>Bodies of another format are refused and not guessed at.</summary>
    public const int Format = 1;

    public static byte[] Write(Asked asked, CdsService service, HookAnswer answer, DateTimeOffset askedAt)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, CardJson.Options))
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, Format);
            WriteAsked(json, asked, service, answer, askedAt);
            RecordedFrame.Write(json, asked.Hook, answer.Frame, service);
            WriteInputs(json, answer.Inputs ?? throw new InvalidOperationException("An answer is recorded with its inputs."));
            EstimateBody.Write(json, answer.Estimate);
            json.WriteStartArray("silences"u8);
            foreach (var silence in answer.Silences)
            {
                json.WriteStartObject();
                json.WriteString("reason"u8, silence.Reason);
                json.WriteString("subject"u8, silence.Subject);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("shown"u8);
            foreach (var card in answer.Cards)
            {
                json.WriteStartObject();
                json.WriteString("uuid"u8, card.Uuid);
                json.WriteString("conclusion"u8, card.Conclusion);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("answer"u8);
            json.WriteRawValue(answer.Bytes.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteAsked(Utf8JsonWriter json, Asked asked, CdsService service, HookAnswer answer, DateTimeOffset askedAt)
    {
        var request = asked.Hook;
        json.WriteString("run"u8, answer.Run);
        json.WriteString("service"u8, service.Id);
        json.WriteString("content"u8, service.Hash);
        json.WriteString("hook"u8, request.Hook);
        json.WriteString("hookInstance"u8, request.HookInstance);
        json.WriteString("client"u8, asked.Client);
        json.WriteString("patient"u8, request.Context.PatientId);
        if (request.Context.UserId is { } user) json.WriteString("user"u8, user);
        if (request.Context.EncounterId is { } encounter) json.WriteString("encounter"u8, encounter);
        json.WriteString("requestHash"u8, HexText.Of(asked.Content));
        json.WriteString("askedAt"u8, Instant(askedAt));
        json.WriteString("asOf"u8, Instant(answer.Estimate.AsOf));
        json.WriteString("language"u8, answer.Language == Language.Danish ? "da"u8 : "en"u8);
        json.WriteStartArray("notes"u8);
        foreach (var note in request.Notes) json.WriteStringValue(note);
        json.WriteEndArray();
    }

    private static void WriteInputs(Utf8JsonWriter json, History inputs)
    {
        json.WriteStartObject("inputs"u8);

        // A model sees age and sex; names have no place in a record of what it saw.
        if (inputs.Demographics.BirthDate is { } born) json.WriteString("birthDate"u8, born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteNumber("sex"u8, (int)inputs.Demographics.Sex);
        RecordedFacts.Write(json, inputs.Facts);
        json.WriteEndObject();
    }

    // With its offset: the day that an age is counted on is the caller's.
    private static string Instant(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);
}
