using System.Threading.Channels;
using DiffusionHub.Cli.Supervision;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class SupervisorTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-supervisor-");
    private readonly Channel<string> said = Channel.CreateUnbounded<string>();
    private readonly Channel<int> started = Channel.CreateUnbounded<int>();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Child_that_dies_is_started_again_after_a_growing_wait()
    {
        using var stop = new CancellationTokenSource();
        var time = new ManualTime();
        var run = Supervise("echo $$; exit 3", time, stop.Token);
        foreach (var wait in new[] { 0.5, 1, 2 })
        {
            await started.Reader.ReadAsync();
            (await said.Reader.ReadAsync()).ShouldContain("exit code 3");
            (await time.FireNextAsync()).ShouldBe(TimeSpan.FromSeconds(wait));
        }

        var last = await started.Reader.ReadAsync();
        await stop.CancelAsync();
        await run;

        File.Exists($"/proc/{last}/stat").ShouldBeFalse();
    }

    [Fact]
    public void Wait_grows_to_half_a_minute_and_starts_over_after_a_steady_minute()
    {
        var backoff = new Backoff();

        var waits = Enumerable.Range(0, 9).Select(_ => backoff.After(TimeSpan.FromSeconds(1)).TotalSeconds).ToList();

        waits.ShouldBe([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.After(TimeSpan.FromMinutes(1)).ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Stop_asks_first_and_logs_everything_but_says_only_what_matters()
    {
        using var stop = new CancellationTokenSource();
        var run = Supervise("trap 'echo bye; exit 0' TERM; echo a detail; echo 'warn: Disk[1] nearly full'; while :; do sleep 0.05; done", TimeProvider.System, stop.Token);
        (await said.Reader.ReadAsync()).ShouldBe("child: warn: Disk[1] nearly full");

        await stop.CancelAsync();
        await run;

        said.Reader.TryRead(out _).ShouldBeFalse();
        var log = (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "child.log"))).Select(line => line[25..]);
        log.ShouldBe(["a detail", "warn: Disk[1] nearly full", "bye"]);
    }

    [Fact]
    public async Task Child_that_will_not_stop_is_ended_with_its_own_children()
    {
        using var stop = new CancellationTokenSource();
        var run = Supervise("trap '' TERM; sleep 600 & echo hub: $!; wait; sleep 600", TimeProvider.System, stop.Token, patience: 0.1);
        var grandchild = (await said.Reader.ReadAsync()).Split(' ')[^1];

        await stop.CancelAsync();
        await run;

        // Gone, or a zombie whose new parent has not looked yet.
        var status = $"/proc/{grandchild}/status";
        (!File.Exists(status) || (await File.ReadAllTextAsync(status)).Contains("State:\tZ")).ShouldBeTrue();
    }

    [Fact]
    public void Log_is_turned_over_when_it_is_full()
    {
        var path = Path.Combine(folder.FullName, "a.log");
        using (var log = new RotatingLog(path, TimeProvider.System, mostBytes: 100, kept: 2))
        {
            for (var line = 0; line < 20; line++)
            {
                log.Write("a line of some length");
            }
        }

        folder.EnumerateFiles().Select(file => file.Name).Order().ShouldBe(["a.log", "a.log.1", "a.log.2"]);
        folder.EnumerateFiles().ShouldAllBe(file => file.Length < 200);
    }

    private Task Supervise(string script, TimeProvider time, CancellationToken stop, double patience = 30)
    {
        var plan = new ChildPlan("child", ["sh", "-c", script], new Dictionary<string, string>(), TimeSpan.FromSeconds(patience));
        return new Supervisor(plan, folder.FullName, line => said.Writer.TryWrite(line), (_, process) => started.Writer.TryWrite(process), time).RunAsync(stop);
    }
}
