using DatacenterOst.Models.Monitoring;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace DatacenterOst.Server.Http;

/// <summary>
/// Traces and metrics by OTLP, only when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The framework's own meters are used, whose
/// attributes are route templates, never paths, and those of the models: no identifier leaves.
/// </summary>
public static class Telemetry
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
            return;
        services.AddSingleton(Sdk.CreateMeterProviderBuilder()
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql", ModelMeters.Name)
            .AddOtlpExporter()
            .Build());
        services.AddSingleton(Sdk.CreateTracerProviderBuilder().AddSource("Npgsql").AddOtlpExporter().Build());
    }
}
