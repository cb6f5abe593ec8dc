using DatacenterOst.Access;
using DatacenterOst.Access.Clients;
using DatacenterOst.Cards;

namespace DatacenterOst.Server.Clients;

/// <summary>Who makes this call of the CDS service, and how its requests are judged. It is there for every request that got in.</summary>
/// <param name="Caller">With the client, where one was verified; without, it is this machine.</param>
/// <param name="Tenant">The organisation that the token named.</param>
public sealed record ClientCall(Caller Caller, RequestRules Rules, string? Tenant)
{
    /// <exception cref="InvalidOperationException">Where nobody looked who calls; a route outside the guard is a bug.</exception>
    public static ClientCall Of(HttpContext http)
        => http.Features.Get<ClientCall>() ?? throw new InvalidOperationException("A request of the CDS service came past the guard.");

    /// <summary>A program on this machine, without a token.</summary>
    public static ClientCall FromThisMachine(Reach reach) => new(Caller.Loopback, new RequestRules(Strictness.Strict, TransportOf(reach)), null);

    public static ClientCall From(BelievedToken token, Reach reach) => new(
        Caller.Of(token.Client),
        new RequestRules(token.Client.IsLenient ? Strictness.Lenient : Strictness.Strict, TransportOf(reach)),
        token.Tenant);

    /// <summary>Whether the caller may know of this service.</summary>
    public bool MayCall(string service) => Caller.Client?.MayCall(service) ?? true;

    /// <summary>How this call is read and answered.</summary>
    /// <param name="here">The profile of callers on this machine, who have no registration.</param>
    public ClientProfile ProfileFor(ClientProfile here) => Caller.Client is not { } client ? here with { Rules = Rules } : new ClientProfile
    {
        IsRegistered = true,
        Rules = Rules,
        Profile = client.Profile switch
        {
            HooksProfile.V1 => AnswerProfile.Cds1,
            HooksProfile.V3 => AnswerProfile.Cds3,
            HooksProfile.Epic => AnswerProfile.Epic,
            _ => AnswerProfile.Cds2,
        },
        Language = client.Language switch
        {
            "da" => Language.Danish,
            "en" => Language.English,
            _ => null,
        },
        UsesOwnStore = client.UsesOwnStore,
        FhirServers = [.. client.FhirServers.SelectMany(Servers)],
        TakesSystemActions = client.Profile is HooksProfile.V2 or HooksProfile.V3,
    };

    // A host is registered without its scheme; without https data are fetched in tests alone.
    private IEnumerable<Uri> Servers(string host) => Rules.Transport == Transport.Production ? [new Uri($"https://{host}/")] : [new Uri($"https://{host}/"), new Uri($"http://{host}/")];

    private static Transport TransportOf(Reach reach) => reach.IsProduction ? Transport.Production : Transport.Test;
}
