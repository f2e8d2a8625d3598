using System.Diagnostics;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Tests;

/// <summary>Runs the command as a process of its own, in an empty folder.</summary>
public sealed class Hub : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-cli-");

    public string Folder => folder.FullName;

    /// <summary>Environment variables of every run, besides <c>HUB_DATA</c>.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public void Dispose() => folder.Delete(recursive: true);

    public string At(string name) => Path.Combine(Folder, name);

    public byte[] Bytes(string name) => File.ReadAllBytes(At(name));

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(typeof(ExitCodes).Assembly.Location);
        start.Environment["HUB_DATA"] = At("data");
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    public Task<Outcome> RunAsync(params string[] arguments) => HearAsync("", arguments);

    /// <summary>Runs it with something on its standard input.</summary>
    public async Task<Outcome> HearAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }
}

/// <summary>How a run ended.</summary>
public sealed record Outcome(int Code, string Output, string Error);
