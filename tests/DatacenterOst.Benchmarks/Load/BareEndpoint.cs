using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DatacenterOst.Benchmarks.Load;

/// <summary>Kestrel that reads a request and answers the same bytes each time: what HTTP alone costs on this machine.</summary>
public static class BareEndpoint
{
    /// <param name="arguments">The file with the answer, then <c>--urls URL</c>.</param>
    public static async Task Serve(string[] arguments, CancellationToken cancellationToken)
    {
        var answer = await File.ReadAllBytesAsync(arguments[0], cancellationToken);
        var builder = WebApplication.CreateSlimBuilder(arguments[1..]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
