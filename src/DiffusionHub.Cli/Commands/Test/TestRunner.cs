using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DiffusionHub.Cli.Commands.Test;

/// <summary>Runs test assemblies, each a process of its own.</summary>
/// <param name="folder">Gets the result files.</param>
/// <param name="filter">A part of a class or method name; null: everything.</param>
/// <param name="variables">Environment variables; null takes one away.</param>
internal sealed class TestRunner(string folder, string? filter, IReadOnlyDictionary<string, string?> variables)
{
    private const int LastWords = 30;

    // Far beyond what any of them needs: a hang must not hang whoever waits for the count.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>Runs one and prints how it went.</summary>
    public async Task<TestCounts> RunAsync(TestAssembly assembly, CancellationToken stop)
    {
        var file = Path.Combine(folder, assembly.Name + ".xml");
        var begun = Stopwatch.GetTimestamp();
        var output = new ConcurrentQueue<string>();
        using var process = new Process { StartInfo = Start(assembly, file) };
        process.OutputDataReceived += Said;
        process.ErrorDataReceived += Said;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
            Console.WriteLine(Text(TestTexts.TooLong, assembly.Name, Limit.TotalMinutes, string.Join('\n', output)));
            return new TestCounts(0, 1, 0);
        }

        return Report(assembly.Name, process.ExitCode, file, output, Stopwatch.GetElapsedTime(begun));

        void Said(object sender, DataReceivedEventArgs line)
        {
            output.Enqueue(line.Data ?? "");
            if (output.Count > LastWords)
            {
                output.TryDequeue(out _);
            }
        }
    }

    private static TestCounts Report(string name, int exitCode, string file, IEnumerable<string> output, TimeSpan elapsed)
    {
        var results = File.Exists(file) ? TestResults.Read(file) : new TestResults(new TestCounts(0, 0, 0), []);
        var counts = results.Counts;
        foreach (var message in results.Messages)
        {
            Console.WriteLine(message);
        }

        // A runner that found failures ends with 1. Anything else than what its file says is a crash, which may have eaten results.
        if (exitCode != (counts.Failed > 0 ? 1 : 0) || !File.Exists(file))
        {
            Console.WriteLine(Text(TestTexts.Crashed, name, exitCode, string.Join('\n', output)));
            counts += new TestCounts(0, 1, 0);
        }

        if (counts != new TestCounts(0, 0, 0))
        {
            var others = (counts.Failed > 0 ? Text(TestTexts.SomeFailed, counts.Failed) : "") + (counts.Skipped > 0 ? Text(TestTexts.SomeSkipped, counts.Skipped) : "");
            Console.WriteLine(Text(TestTexts.Assembly, name, counts.Passed, others, elapsed.TotalSeconds));
        }

        return counts;
    }

    private ProcessStartInfo Start(TestAssembly assembly, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [assembly.Path, "-noColor", "-noLogo", "-xml", file])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (filter is not null)
        {
            // Matches the full name: namespace, class and method.
            start.ArgumentList.Add("-method");
            start.ArgumentList.Add($"*{filter}*");
        }

        foreach (var (name, value) in variables)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
