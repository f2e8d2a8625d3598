using System.Net;
using System.Net.Sockets;
using System.Text;
using DiffusionHub.Domain.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

/// <summary>What a worker tells a collector.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Trace_of_a_job_has_its_groups_id_and_each_stage()
    {
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        await using var hub = await Hub.StartAsync();
        var worker = await hub.WorkerAsync("a", ("HUB_TELEMETRY", address));
        var id = await hub.SubmitAsync(2);
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Succeeded);
        var group = (await hub.ViewAsync(id)).GroupId;

        // What is left is sent when the worker ends.
        var ending = worker.SignalAsync("TERM");
        var traceId = group.ToByteArray(bigEndian: true);
        string[] stages = ["hub.job", "hub.queue.wait", "hub.load", "hub.turn", "hub.prompt", "hub.denoise", "hub.decode", "hub.encode", "hub.store", "hub.finish"];
        byte[] traces = [], metrics = [];
        while (!(stages.All(stage => Has(traces, Encoding.ASCII.GetBytes(stage))) && Has(traces, traceId) && Has(metrics, "hub.stage.duration"u8)))
        {
            var context = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body, TestContext.Current.CancellationToken);
            _ = context.Request.RawUrl == "/v1/traces" ? traces = [.. traces, .. body.ToArray()] : metrics = [.. metrics, .. body.ToArray()];
            context.Response.Close();
        }

        await ending;
        (await worker.ExitAsync()).ShouldBe(0);
    }

    private static bool Has(byte[] bytes, ReadOnlySpan<byte> part) => bytes.AsSpan().IndexOf(part) >= 0;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
