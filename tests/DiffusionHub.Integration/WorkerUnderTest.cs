using System.Diagnostics;
using System.Text;

namespace DiffusionHub.Integration;

/// <summary>A worker process, as <c>hub up</c> starts it.</summary>
internal sealed class WorkerUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal)
    {
        ["Worker ready"] = new(TaskCreationOptions.RunContinuationsAsynchronously), ["Stopping"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
    };

    public WorkerUnderTest(string name, string dataFolder, string database, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        // …/bin/DiffusionHub.Integration/release/ → …/bin/DiffusionHub.Worker/release/DiffusionHub.Worker
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.Combine(here.Parent!.Parent!.FullName, "DiffusionHub.Worker", here.Name, "DiffusionHub.Worker");
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = dataFolder,
            Environment =
            {
                ["HUB_DATA"] = dataFolder, ["HUB_DATABASE"] = database, ["HUB_SUPERVISED"] = "1", ["HUB_WORKER_NAME"] = name, ["HUB_LOG"] = "debug",
            },
        };
        foreach (var (variable, value) in settings)
        {
            start.Environment[variable] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Heard(e.Data);
        _process.ErrorDataReceived += (_, e) => Heard(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return $"{Name}:\n{_output}";
            }
        }
    }

    public Task ReadyAsync() => SaidAsync("Worker ready");

    /// <summary>Waits until the worker said something.</summary>
    public async Task SaidAsync(string what)
    {
        var said = _awaited[what].Task;
        if (await Task.WhenAny(said, _process.WaitForExitAsync(), Task.Delay(Deadline)) != said && !said.IsCompleted)
        {
            throw new InvalidOperationException($"The worker never said “{what}”. {Output}");
        }
    }

    /// <summary>Sends a signal, such as <c>KILL</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>What happens to a supervised worker when its supervisor dies.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        foreach (var (what, said) in _awaited)
        {
            if (line.Contains(what, StringComparison.Ordinal))
            {
                said.TrySetResult();
            }
        }
    }
}
