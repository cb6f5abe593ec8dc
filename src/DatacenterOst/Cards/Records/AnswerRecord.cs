using System.Globalization;
using System.Text.Json;
using DatacenterOst.Clinical;
using DatacenterOst.Features;
using DatacenterOst.Models;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>An answer that was kept, opened.</summary>
/// <param name="Json">The whole record.</param>
/// <param name="Bytes">The answer as it was sent.</param>
public sealed record AnswerRecord(KeptAnswer Kept, JsonElement Json, ReadOnlyMemory<byte> Bytes)
{
    public required string ServiceHash { get; init; }

    public required string HookInstance { get; init; }

    public string? UserId { get; init; }

    public required DateTimeOffset AsOf { get; init; }

    public required Language Language { get; init; }

    public required PackageId Model { get; init; }

    public required History Inputs { get; init; }

    public double? Score { get; init; }

    public required IReadOnlyList<Silence> Silences { get; init; }

    /// <summary>Cards that were sent, by uuid, with the conclusion that each says.</summary>
    public required IReadOnlyDictionary<Guid, string> Shown { get; init; }

    /// <summary>Uuids of the suggestions of a card that was sent.</summary>
    public IReadOnlyList<string> SuggestionsOf(Guid card) =>
        [.. Json.GetProperty("answer").GetProperty("cards").EnumerateArray()
            .Where(sent => sent.TryGetProperty("uuid", out var uuid) && uuid.TryGetGuid(out var id) && id == card && sent.TryGetProperty("suggestions", out _))
            .SelectMany(sent => sent.GetProperty("suggestions").EnumerateArray())
            .Select(suggestion => suggestion.TryGetProperty("uuid", out var uuid) ? uuid.GetString() : null)
            .OfType<string>()];

    public override string ToString() => $"{nameof(AnswerRecord)} {Kept.Run}";

    public static AnswerRecord Open(KeptAnswer kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        var json = JsonDocument.Parse(kept.Body).RootElement;
        if (json.GetProperty("format").GetInt32() is var format && format != AnswerBody.Format)
            throw new Problem(ProblemKind.Unsupported, $"The record has format {format}, which this version does not read; use the version that made it.", "format");
        var inputs = json.GetProperty("inputs");
        var model = json.GetProperty("model");
        return new AnswerRecord(kept, json, RawOf(kept.Body, "answer"))
        {
            ServiceHash = json.GetProperty("content").GetString()!,
            HookInstance = json.GetProperty("hookInstance").GetString()!,
            UserId = json.TryGetProperty("user", out var user) ? user.GetString() : null,
            AsOf = DateTimeOffset.ParseExact(json.GetProperty("asOf").GetString()!, "O", CultureInfo.InvariantCulture),
            Language = json.GetProperty("language").GetString() == "da" ? Language.Danish : Language.English,
            Model = new PackageId(new ModelId(model.GetProperty("id").GetString()!), model.GetProperty("version").GetString()!, model.GetProperty("hash").GetString()!),
            Inputs = new History(kept.Patient, PersonOf(inputs), RecordedFacts.Read(inputs, kept.Patient)),
            Score = json.TryGetProperty("score", out var score) ? score.GetDouble() : null,
            Silences = [.. json.GetProperty("silences").EnumerateArray().Select(silence => new Silence(silence.GetProperty("reason").GetString()!, silence.GetProperty("subject").GetString()!))],
            Shown = json.GetProperty("shown").EnumerateArray().ToDictionary(card => card.GetProperty("uuid").GetGuid(), card => card.GetProperty("conclusion").GetString()!),
        };
    }

    private static Demographics PersonOf(JsonElement inputs) => Demographics.Unknown with
    {
        BirthDate = inputs.TryGetProperty("birthDate", out var born) ? DateOnly.ParseExact(born.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
        Sex = (Sex)inputs.GetProperty("sex").GetInt32(),
    };

    // The bytes themselves, and not JSON that means the same.
    private static ReadOnlyMemory<byte> RawOf(ReadOnlyMemory<byte> body, string member)
        => Envelope.Members(body, "record", Envelope.MaxMembers)[member];
}
