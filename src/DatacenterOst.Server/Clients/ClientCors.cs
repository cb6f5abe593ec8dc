using Microsoft.AspNetCore.Cors.Infrastructure;

namespace DatacenterOst.Server.Clients;

/// <summary>
/// Which pages of other origins may call: those of registered clients may call the CDS service, those of this machine whatever
/// answers this machine. Never any origin, and never with the browser's own credentials.
/// </summary>
public sealed class ClientCors(DataCentre centre) : ICorsPolicyProvider
{
    private readonly CorsPolicy thisMachine = Policy(LoopbackOnly.IsLoopbackOrigin);

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        if (!Reach.IsService(context))
            return Task.FromResult<CorsPolicy?>(thisMachine);
        var clients = centre.Clients.Current;
        var isLocal = Reach.IsLocal(context);
        return Task.FromResult<CorsPolicy?>(Policy(origin => clients.HasOrigin(origin) || (isLocal && LoopbackOnly.IsLoopbackOrigin(origin))));
    }

    private static CorsPolicy Policy(Func<string, bool> mayCall)
    {
        var policy = new CorsPolicyBuilder();
        LoopbackOnly.Cors(policy);
        return policy.SetIsOriginAllowed(mayCall).Build();
    }
}
