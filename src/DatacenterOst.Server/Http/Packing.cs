using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace DatacenterOst.Server.Http;

/// <summary>
/// Bodies packed with gzip, brotli or deflate, both ways. Speed goes before size: the fastest level, and small answers are sent as they
/// are, since packing them costs more than it saves.
/// </summary>
public static class Packing
{
    public static void AddPacking(this IServiceCollection services)
    {
        services.AddRequestDecompression();
        services.AddResponseCompression(options => options.MimeTypes =
        [
            .. ResponseCompressionDefaults.MimeTypes, "application/fhir+json", "application/fhir+xml", "application/json", "application/xml",
        ]);
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.AddSingleton<IResponseCompressionProvider, LargeAnswers>();
    }

    private sealed class LargeAnswers(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
        : ResponseCompressionProvider(services, options)
    {
        /// <summary>Below this an answer fits one packet anyway.</summary>
        private const int Smallest = 1024;

        public override bool ShouldCompressResponse(HttpContext context)
            => context.Response.ContentLength is not < Smallest && base.ShouldCompressResponse(context);
    }
}
