using System.Text.Json;
using DatacenterOst.Clinical;

namespace DatacenterOst.Cards;

/// <summary>
/// One call of a CDS service, parsed once and then trusted (CDS Hooks 2.0.1, HTTP Request). Prefetched resources stay
/// bytes until a service asks for them by key, so that keys nobody asked for cost nothing.
/// </summary>
/// <param name="HookInstance">A UUID, in the client's own spelling.</param>
/// <param name="AsOf">For replay and tests: answer as of this instant (<c>extension."dk.datacenter-ost.asOf"</c>); null means now.</param>
/// <param name="Notes">What a lenient reading overlooked; no patient data.</param>
public sealed record HookRequest(
    string Hook,
    string HookInstance,
    Uri? FhirServer,
    FhirAuthorization? Authorization,
    HookContext Context,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Prefetch,
    DateTimeOffset? AsOf,
    IReadOnlyList<string> Notes)
{
    /// <summary>Room for ten megabytes of prefetch and its envelope; over it the answer is 413.</summary>
    public const int MaxBytes = 11 * 1024 * 1024;

    /// <summary>No service of ours publishes more than a few prefetch keys.</summary>
    public const int MaxPrefetchKeys = 100;

    public const string AsOfExtension = "dk.datacenter-ost.asOf";

    public override string ToString() => $"{nameof(HookRequest)} {Hook}";

    /// <exception cref="Problem">Invalid or TooLarge, with the place in the request.</exception>
    public static HookRequest Parse(ReadOnlyMemory<byte> body, RequestRules rules)
    {
        if (body.Length > MaxBytes) throw new Problem(ProblemKind.TooLarge, $"A request may have at most {MaxBytes} bytes: prefetch less, for example with _count.", "body");
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        StrictJson.Check(body.Span, "body");

        var members = Envelope.Members(body, "body", Envelope.MaxMembers);
        var notes = new List<string>();
        var hook = Text(members, "hook");
        var definition = Hooks.Find(hook) ?? throw Invalid("hook is not a hook of the CDS Hooks library, nor a reverse domain name.", "hook");
        var server = Server(members, rules);
        var authorization = members.TryGetValue("fhirAuthorization", out var authorizationJson)
            ? FhirAuthorization.Read(Envelope.Value(authorizationJson), rules, notes)
            : null;
        if (authorization is not null && server is null) throw Invalid("fhirServer is needed where fhirAuthorization is sent (cds-r-1).", "fhirServer");

        if (!members.TryGetValue("context", out var contextJson)) throw Invalid("context is needed.", "context");
        var context = HookContext.Read(definition, Envelope.Value(contextJson), rules, notes);
        if (authorization?.Patient is { } patient && context.PatientId is not null && patient != context.PatientId)
            throw Invalid("The token is for another patient than the context.", "fhirAuthorization.patient");

        if (authorization is { Patient: null } && Ehr.SmartScopes.Parse(authorization.Scope).IsOfOnePatient)
            notes.Add("fhirAuthorization.patient was missing beside a scope of one patient (cds-r-2)");
        return new HookRequest(hook, Instance(members, rules, notes), server, authorization, context, PrefetchOf(members), AsOfOf(members), notes);
    }

    private static string Instance(Dictionary<string, ReadOnlyMemory<byte>> members, RequestRules rules, List<string> notes)
    {
        var instance = Text(members, "hookInstance");
        if (Guid.TryParseExact(instance, "D", out _)) return instance;
        if (rules.Strictness == Strictness.Strict) throw Invalid("hookInstance must be a UUID.", "hookInstance");
        if (instance.Length > 100) throw Invalid("hookInstance is too long.", "hookInstance");
        notes.Add("hookInstance was not a UUID");
        return instance;
    }

    private static Uri? Server(Dictionary<string, ReadOnlyMemory<byte>> members, RequestRules rules)
    {
        if (!members.ContainsKey("fhirServer")) return null;
        if (!Uri.TryCreate(Text(members, "fhirServer"), UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
            throw Invalid("fhirServer must be an absolute URL.", "fhirServer");
        if (server.UserInfo.Length > 0 || server.Fragment.Length > 0) throw Invalid("fhirServer may have neither user nor fragment.", "fhirServer");
        if (server.Scheme == "http" && rules.Transport == Transport.Production)
            throw Invalid("fhirServer must be https.", "fhirServer");
        return server;
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> PrefetchOf(Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        if (!members.TryGetValue("prefetch", out var json) || Envelope.IsNull(json)) return [];
        return Envelope.Members(json, "prefetch", MaxPrefetchKeys);
    }

    private static DateTimeOffset? AsOfOf(Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        if (!members.TryGetValue("extension", out var json) || Envelope.IsNull(json)) return null;
        var extension = Envelope.Value(json);
        if (extension.ValueKind != JsonValueKind.Object) throw Invalid("extension must be an object.", "extension");
        if (!extension.TryGetProperty(AsOfExtension, out var asOf)) return null;
        return asOf.ValueKind == JsonValueKind.String && Envelope.Instant(asOf.GetString()!) is { } instant
            ? instant
            : throw Invalid("must be an instant with seconds and zone, such as 2026-03-01T12:00:00+01:00.", $"extension.{AsOfExtension}");
    }

    private static string Text(Dictionary<string, ReadOnlyMemory<byte>> members, string name)
    {
        if (!members.TryGetValue(name, out var json)) throw Invalid($"{name} is needed.", name);
        return Envelope.Value(json) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : throw Invalid($"{name} must be a string that is not empty.", name);
    }

    private static Problem Invalid(string message, string where) => new(ProblemKind.Invalid, message, where);
}
