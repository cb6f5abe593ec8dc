namespace DatacenterOst.Access.Clients;

/// <summary>The shape of answers that a client understands: a version of CDS Hooks, or Epic's documented limits.</summary>
public enum HooksProfile : byte
{
    V1 = 1,
    V2 = 2,
    V3 = 3,
    Epic = 4,
}

/// <summary>How many calls a client may make on one node: so many a second in the long run, and a burst at once.</summary>
public readonly record struct ClientRate(int PerSecond, int Burst)
{
    /// <summary>A large hospital makes some twenty calls a second.</summary>
    public static readonly ClientRate Usual = new(200, 400);

    public const int Most = 10_000;
}

/// <summary>
/// A CDS client as it is registered: whose tokens are believed, what it may call, and how its requests are read and answered.
/// Only <see cref="ClientDocument.Check"/> makes one, so that a client that exists is one that holds.
/// </summary>
public sealed record CdsClient
{
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>The only <c>iss</c> of its tokens.</summary>
    public required string Issuer { get; init; }

    public required IReadOnlyList<SigningAlgorithm> Algorithms { get; init; }

    /// <summary>Public keys that were handed over out of band.</summary>
    public required IReadOnlyList<ClientKey> Keys { get; init; }

    /// <summary>The only addresses of JWK Sets (<c>jku</c>) that are fetched for this client.</summary>
    public required IReadOnlyList<string> KeySets { get; init; }

    /// <summary>Its organisations (<c>tenant</c>); when there are any, a token names one of them.</summary>
    public required IReadOnlyList<string> Tenants { get; init; }

    /// <summary>Values of <c>aud</c> that are taken besides the address that is called.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Ids of the services that it may call; empty for all.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Origins of its browser pages, as browsers write them.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Hosts of its FHIR servers, with port where it is not the usual one.</summary>
    public required IReadOnlyList<string> FhirServers { get; init; }

    public required HooksProfile Profile { get; init; }

    /// <summary>da or en; null when the service's own language counts.</summary>
    public required string? Language { get; init; }

    /// <summary>Known deviations from the standard are overlooked and noted.</summary>
    public required bool IsLenient { get; init; }

    /// <summary>Its patient ids mean the patients of our own store.</summary>
    public required bool UsesOwnStore { get; init; }

    public required ClientRate Rate { get; init; }

    /// <summary>SHA-256 thumbprints of its TLS certificates, small hexadecimal; when there are any, its connections show one of them.</summary>
    public required IReadOnlyList<string> Certificates { get; init; }

    public bool MayCall(string service) => Services.Count == 0 || Services.Contains(service, StringComparer.Ordinal);

    public override string ToString() => $"{nameof(CdsClient)} {Id}";
}
