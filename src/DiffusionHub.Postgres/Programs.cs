using System.Diagnostics;
using System.Globalization;

namespace DiffusionHub.Postgres;

/// <summary>Runs a small program to its end.</summary>
internal static class Programs
{
    /// <summary>Returns when everything that the embedded server is started with is there.</summary>
    /// <exception cref="EmbeddedPostgresException">A program is missing.</exception>
    public static void Check()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        foreach (var program in new[] { "sh", "setsid", "setpriv", "stat" })
        {
            if (!path.Any(folder => File.Exists(Path.Combine(folder, program))))
            {
                throw new EmbeddedPostgresException(string.Format(CultureInfo.InvariantCulture, PostgresTexts.Missing, program));
            }
        }
    }

    /// <summary>Its exit code with everything it wrote; 127 when there is no such program.</summary>
    public static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo start, string? input, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: its exit code says why.
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A start of <paramref name="program"/> in a folder that everyone can enter, without PostgreSQL's own variables.</summary>
    public static ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }
}
