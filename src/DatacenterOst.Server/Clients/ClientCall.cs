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

    /// <summary>The language of the client's registration, else of the service.</summary>
    public Language LanguageOf(CdsService service) => Caller.Client?.Language switch
    {
        "da" => Language.Danish,
        "en" => Language.English,
        _ => service.Language,
    };

    private static Transport TransportOf(Reach reach) => reach.IsProduction ? Transport.Production : Transport.Test;
}
