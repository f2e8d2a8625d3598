using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DiffusionHub.Telemetry;

/// <summary>Sends this process's spans and metrics to a collector (OpenTelemetry's protocol over HTTP), where the administrator named one.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly TracerProvider traces;
    private readonly MeterProvider metrics;

    private TelemetryExport(Uri collector, string service, string instance)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService(service, serviceNamespace: "diffusionhub", autoGenerateServiceInstanceId: false, serviceInstanceId: instance);
        traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new OwnRoots()))
            .AddSource(JobTrace.SourceName, "Microsoft.AspNetCore", "Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.SignalR.Server", "Npgsql")
            .AddOtlpExporter(options => To(options, collector, "v1/traces"))
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("DiffusionHub.*", "Microsoft.AspNetCore.*", "System.Runtime", "Npgsql")
            .AddOtlpExporter((options, _) => To(options, collector, "v1/metrics"))
            .Build();
    }

    /// <summary>Begins to send; null where no collector is named: then nothing is collected and nothing is sent.</summary>
    /// <param name="collector">The collector's address, such as <c>http://127.0.0.1:4318</c>; empty for none.</param>
    /// <param name="service">What this process is: <c>web</c> or <c>worker</c>.</param>
    /// <param name="instance">Which one it is.</param>
    public static TelemetryExport? Start(string collector, string service, string instance) =>
        collector.Length == 0 ? null : new TelemetryExport(new Uri(collector.TrimEnd('/') + "/"), service, instance);

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
    }

    private static void To(OtlpExporterOptions options, Uri collector, string path) =>
        (options.Protocol, options.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(collector, path));
}
