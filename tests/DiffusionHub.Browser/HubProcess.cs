using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Shouldly;

namespace DiffusionHub.Browser;

/// <summary>A database for it to use instead of its own: the two roles' connection strings.</summary>
public sealed record HubDatabase(string Application, string Owner);

/// <summary>The whole hub as <c>./hub up</c> starts it: database, web, worker.</summary>
public sealed class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly string _folder;

    private HubProcess(string folder, HubDatabase? database, string[] options)
    {
        _folder = folder;
        // …/bin/DiffusionHub.Browser/release/ → …/bin/DiffusionHub.Cli/release/DiffusionHub.Cli.dll
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.Combine(here.Parent!.Parent!.FullName, "DiffusionHub.Cli", here.Name, "DiffusionHub.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, "up", "--port", "0", "--data", folder, .. options])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("HUB_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        if (database is not null)
        {
            start.Environment["HUB_DATABASE"] = database.Application;
            start.Environment["HUB_DATABASE_OWNER"] = database.Owner;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Heard(e.Data);
        _process.ErrorDataReceived += (_, e) => Heard(e.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"The hub ended before it was ready. {Output}"));
        // A run that is broken off takes its hub along.
        AppDomain.CurrentDomain.ProcessExit += BrokenOff;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>All that it said so far.</summary>
    public string Output => "The hub said:\n" + string.Join('\n', _output);

    /// <summary>Starts it and waits until a picture can be made.</summary>
    public static async Task<HubProcess> StartAsync(string folder, HubDatabase? database, params string[] options)
    {
        var hub = new HubProcess(folder, database, options);
        try
        {
            hub.Address = await hub._ready.Task.WaitAsync(Deadline);
            return hub;
        }
        catch (TimeoutException e)
        {
            hub._process.Kill(entireProcessTree: true);
            throw new TimeoutException(hub.Output, e);
        }
    }

    /// <summary>The number of one of its child processes, such as <c>worker-1</c>.</summary>
    public int ProcessOf(string part)
    {
        using var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "hub.state.json")));
        return state.RootElement.GetProperty("processes").GetProperty(part).GetInt32();
    }

    /// <summary>Sends a signal to a process and waits until it has been sent.</summary>
    public static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0, $"kill -{signal} {process}");
    }

    /// <summary>Asks it to end, as Ctrl+C does, and holds it to leaving nothing behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await SignalAsync("TERM", _process.Id);
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        var code = _process.ExitCode;
        AppDomain.CurrentDomain.ProcessExit -= BrokenOff;
        _process.Dispose();
        code.ShouldBe(0, Output);
        ProcessesOf(_folder).ShouldBeEmpty("processes that the hub left behind");
    }

    private void BrokenOff(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
        {
            Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
        }
    }

    // Each of the hub's processes has its folder among its arguments or its variables.
    private static IEnumerable<string> ProcessesOf(string folder)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out var id) && id != Environment.ProcessId))
        {
            string text;
            try
            {
                text = File.ReadAllText(process + "/cmdline") + File.ReadAllText(process + "/environ");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // Ended meanwhile, or somebody else's.
            }

            if (text.Contains(folder, StringComparison.Ordinal))
            {
                yield return $"{process}: {text.Replace('\0', ' ')}";
            }
        }
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (line.StartsWith("Ready: ", StringComparison.Ordinal))
        {
            _ready.TrySetResult(new Uri(line["Ready: ".Length..]));
        }
    }
}
