using DatacenterOst.Access;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>Is the process alive; can it answer.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").ExcludeFromDescription();
        health.MapGet("/live", () => "alive");
        health.MapGet("/ready", Ready);
    }

    // Ready means that the server is warm and the store answers; content that was refused is for `dost doctor`, the rest goes on serving.
    private static async Task<string> Ready(DataCentre centre, Readiness readiness, CancellationToken cancellationToken)
    {
        if (readiness.IsWarmingUp) throw new Problem(ProblemKind.Unavailable, "the server is warming up; ask again in a second");
        await centre.Patients.Find(new Clinical.Identifier("urn:datacenter-ost:health", "ready"), Caller.Product, cancellationToken);
        return "ready";
    }
}
