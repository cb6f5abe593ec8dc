using System.Threading.RateLimiting;
using DatacenterOst.Clinical;

namespace DatacenterOst.Server.Http;

/// <summary>
/// How many requests are in flight at once; over it the answer is 503 with Retry-After at once, because a clinician's chart does
/// not wait for a queue. Whether the process is alive is answered all the same, so that nobody restarts it for being busy.
/// </summary>
public static class RequestLimit
{
    public static void AddRequestLimit(this IServiceCollection services, int most) => services.AddRateLimiter(options =>
    {
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => http.Request.Path == "/health/live"
            ? RateLimitPartition.GetNoLimiter("alive")
            : RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));
        options.OnRejected = (rejected, _) => new ValueTask(OperationOutcomes.Write(
            rejected.HttpContext,
            new Problem(ProblemKind.Unavailable, "The server has as much to do as it can do well. Ask again in a few seconds.")));
    });
}
