using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DatacenterOst.Store.Answers;

namespace DatacenterOst.Cards.Records;

/// <summary>One call, as its record and its silence need it: who asked about whom, and the hashes by which it is known again.</summary>
/// <param name="Content">Hash of all that an answer depends on, apart from the time and the store: the same chart opened again.</param>
/// <param name="Request">The same with the hookInstance: the same request sent again.</param>
public sealed record Asked(HookRequest Hook, string Client, Language Language, UInt128 Content, UInt128 Request)
{
    /// <summary>A name of a ward that is longer is none.</summary>
    private const int MaxUnit = 100;

    public long Subject => AnswerKeys.Subject(Hook.Context.PatientId ?? "");

    public long User => AnswerKeys.User(Client, Hook.Context.UserId);

    // A request as of an instant is for replay and tests: it is answered as often as it is asked.
    public AnswerKind Kind => Hook.AsOf is null ? AnswerKind.Shown : AnswerKind.Tried;

    public static Asked Of(CdsService service, HookRequest request, string client, Language language)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(sha, service.Id, service.Hash, client, ((int)language).ToString(System.Globalization.CultureInfo.InvariantCulture), request.Hook, request.FhirServer?.ToString() ?? "");
        Add(sha, JsonMarshal.GetRawUtf8Value(request.Context.Fields));
        foreach (var (key, value) in request.Prefetch.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(sha, key);
            Add(sha, value.Span);
        }

        var content = sha.GetCurrentHash();
        Add(sha, request.HookInstance);
        return new Asked(request, client, language, Key(content), Key(sha.GetHashAndReset()));
    }

    /// <summary>Where the patient is, by the Encounter in the prefetch: the organisation that is responsible, or the ward; else the client.</summary>
    public string Unit() => UnitOf(Hook, Client);

    public static string UnitOf(HookRequest request, string client)
    {
        foreach (var resource in request.Prefetch.Values)
        {
            if (resource.Span.IndexOf("\"Encounter\""u8) < 0) continue;
            if (UnitOf(Envelope.Value(resource)) is { Length: > 0 and <= MaxUnit } unit) return unit;
        }

        return client;
    }

    public override string ToString() => nameof(Asked);

    private static string? UnitOf(JsonElement resource)
    {
        if (Text(resource, "resourceType") == "Bundle" && Member(resource, "entry") is { ValueKind: JsonValueKind.Array } entries)
            return entries.EnumerateArray().Select(entry => Member(entry, "resource")).Select(inner => inner is { } encounter ? OfEncounter(encounter) : null).FirstOrDefault(unit => unit is not null);
        return OfEncounter(resource);
    }

    private static string? OfEncounter(JsonElement encounter)
    {
        if (Text(encounter, "resourceType") != "Encounter") return null;
        if (Member(encounter, "serviceProvider") is { } provider && Text(provider, "reference") is { } organisation) return organisation;
        return Member(encounter, "location") is { ValueKind: JsonValueKind.Array } places
            ? places.EnumerateArray().Select(place => Member(place, "location") is { } ward ? Text(ward, "reference") : null).FirstOrDefault(ward => ward is not null)
            : null;
    }

    private static JsonElement? Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static void Add(IncrementalHash sha, params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts) Add(sha, Encoding.UTF8.GetBytes(text));
    }

    // With their lengths, so that no two lists of parts give the same bytes.
    private static void Add(IncrementalHash sha, ReadOnlySpan<byte> bytes)
    {
        sha.AppendData(BitConverter.GetBytes((long)bytes.Length));
        sha.AppendData(bytes);
    }

    private static UInt128 Key(byte[] hash) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
}
