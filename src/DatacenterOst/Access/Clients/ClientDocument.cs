using System.Text.Json;
using System.Text.Json.Serialization;

namespace DatacenterOst.Access.Clients;

/// <summary>
/// A registration as a person or program writes it: the same members in <c>clients/ID.yaml</c>, in the API and in the store.
/// </summary>
public sealed record ClientDocument
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Small letters, digits, - and . ; the name of the file.</summary>
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The iss of its tokens, exactly.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>ES384 and RS384 unless said otherwise; also ES256, RS256, PS384.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = [];

    /// <summary>Public keys, as a JWK Set.</summary>
    public JsonElement? Jwks { get; init; }

    /// <summary>Addresses of JWK Sets that may be fetched; a token's jku must be one of them.</summary>
    public IReadOnlyList<string> Jku { get; init; } = [];

    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Values of aud that are taken besides the address that is called.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Ids of the services it may call; none means all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Origins of its browser pages.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Hosts of its FHIR servers.</summary>
    public IReadOnlyList<string> FhirServers { get; init; } = [];

    /// <summary>1.0, 2.0, 3.0 or epic.</summary>
    public string Profile { get; init; } = "2.0";

    /// <summary>da or en.</summary>
    public string? Language { get; init; }

    /// <summary>strict or lenient.</summary>
    public string Strictness { get; init; } = "strict";

    public bool UsesOwnStore { get; init; }

    public ClientRateDocument? Rate { get; init; }

    /// <summary>SHA-256 thumbprints of its TLS certificates.</summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    /// <summary>The client, or null with all that is wrong.</summary>
    public CdsClient? Check(List<string> reasons) => ClientCheck.Of(this, reasons);

    /// <summary>Null, with the reason, when the JSON is not a registration at all.</summary>
    public static ClientDocument? Read(ReadOnlySpan<byte> json, List<string> reasons)
    {
        try
        {
            if (JsonSerializer.Deserialize<ClientDocument>(json, Reading) is { } document)
                return document;
            reasons.Add("a registration is an object");
        }
        catch (JsonException wrong)
        {
            reasons.Add(wrong.Path is { Length: > 1 } path && !wrong.Message.Contains("could not be mapped", StringComparison.Ordinal)
                ? $"'{path.TrimStart('$', '.')}' has a value of another kind than it can have, or occurs twice"
                : Unmapped(wrong.Message));
        }
        catch (InvalidOperationException)
        {
            reasons.Add("holds half of a surrogate pair");
        }

        return null;
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Reading);

    // .NET says which member in quotation marks, and a type name that means nothing to an operator.
    private static string Unmapped(string message)
        => message.Contains("could not be mapped", StringComparison.Ordinal) && message.Split('\'') is { Length: > 1 } parts
            ? $"unknown key '{parts[1]}'; known are {string.Join(", ", Known)}"
            : "is not a JSON object of a registration";

    private static readonly IReadOnlyList<string> Known =
        [.. typeof(ClientDocument).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];
}

/// <summary>Calls a second in the long run, and at once.</summary>
public sealed record ClientRateDocument
{
    public int PerSecond { get; init; } = ClientRate.Usual.PerSecond;

    public int Burst { get; init; } = ClientRate.Usual.Burst;
}
