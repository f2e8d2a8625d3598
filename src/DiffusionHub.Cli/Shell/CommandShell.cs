using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using DiffusionHub.Data.Settings;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Shell;

/// <summary>The boundary of the process: signals become cancellation, exceptions become messages and exit codes.</summary>
internal static class CommandShell
{
    private static readonly Option<bool> Verbose = new("--verbose") { Description = ShellTexts.Verbose, Recursive = true };

    /// <summary>Runs the command that <paramref name="arguments"/> name; returns the exit code.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        root.Add(Verbose);
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(UsageErrors.Message(parsed));
            return ExitCodes.Usage;
        }

        // A shell script's background jobs begin with SIGINT ignored; a script that sends it all the same means it.
        NativeCalls.StopIgnoring(NativeCalls.Interrupt);
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel);
        try
        {
            // Its own handling of signals gives a command two seconds; a worker may need longer to give its job back.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                interrupted.Token);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync(parsed.GetValue(Verbose) ? error.ToString() : Message(error));
            return error switch { CommandException command => command.ExitCode, SettingsException => ExitCodes.Usage, _ => ExitCodes.Failed };
        }

        void Cancel(PosixSignalContext signal)
        {
            // The second one means it: the process ends at once, and its children with it.
            signal.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        }
    }

    private static string Message(Exception error) => error is CommandException or SettingsException or EmbeddedPostgresException
        ? error.Message
        : string.Format(CultureInfo.InvariantCulture, ShellTexts.Unexpected, error.Message.ReplaceLineEndings(" ").TrimEnd('.'));
}
