using DiffusionHub.Cli.Supervision;
using Xunit;

namespace DiffusionHub.Cli.Tests;

public sealed class SupervisionFaultTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-supervision-").FullName;
    private readonly TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stop = new();

    public void Dispose()
    {
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_tried_again()
    {
        // Longer than the kernel takes: the start itself fails, not the program.
        var run = RunAsync("true", new string('x', 200_000));
        (await said.Task).ShouldStartWith("child could not be started");
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_long_line_is_cut_on_the_terminal_and_whole_in_the_log()
    {
        var run = RunAsync("sh", "-c", "printf 'fail: %01000d\\n' 0; exec cat");
        (await said.Task).Length.ShouldBeLessThan(320);
        await stop.CancelAsync();
        await run;
        (await File.ReadAllTextAsync(Path.Combine(folder, "child.log"), TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void A_log_that_cannot_be_opened_loses_lines_only()
    {
        var path = Path.Combine(folder, "taken.log");
        Directory.CreateDirectory(path);
        using var log = new RotatingLog(path, TimeProvider.System);
        log.Write("lost");
        Directory.Delete(path);
        log.Write("kept");
        File.ReadAllText(path).ShouldEndWith(" kept\n");
    }

    private Task RunAsync(params string[] command) => new Supervisor(
        new ChildPlan("child", command, new Dictionary<string, string>(), TimeSpan.FromSeconds(10)), folder, line => said.TrySetResult(line), (_, _) => { },
        TimeProvider.System).RunAsync(stop.Token);
}
