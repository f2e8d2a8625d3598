using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Verify;

/// <summary><c>hub verify FOLDER</c>: runs reference cases of the original implementations with the hub's own code and reports each one's error.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var options = new VerifyOptions();
        var command = new Command("verify", VerifyTexts.Description);
        options.AddTo(command);
        // In the background, so that an interrupt is heard while a case runs.
        command.SetAction((parsed, stop) => Task.Run(() => Run(options.Read(parsed), stop), stop));
        return command;
    }

    private static int Run(VerifyArguments arguments, CancellationToken stop)
    {
        var files = KnownCases.All.SelectMany(kind => kind.In(arguments.Folder)).ToList();
        if (files.Count == 0)
        {
            throw new CommandException(Text(VerifyTexts.NoCases, arguments.Folder.Path));
        }

        var filter = new CaseFilter(arguments.Only);
        var cases = files.Where(file => filter.MayMatch(file.Id)).SelectMany(file => Wanted(file, filter)).ToList();
        foreach (var pattern in filter.Unused)
        {
            Console.Error.WriteLine(Text(VerifyTexts.NothingMatches, pattern, string.Join(", ", files.Select(file => file.Id.Split('/')[0] + "/*").Distinct())));
        }

        var width = cases.Count == 0 ? 0 : cases.Max(one => one.Id.Length);
        var results = new List<CaseResult>();
        foreach (var one in cases)
        {
            stop.ThrowIfCancellationRequested();
            results.Add(Run(one, arguments, stop));
            if (!arguments.Json)
            {
                Console.WriteLine(VerifyReport.Line(results[^1], width));
            }
        }

        var report = VerifyReport.Of(arguments.Folder.Path, results);
        Console.WriteLine(arguments.Json ? report.Json() : report.Total());
        return report is { Failed: 0, Passed: > 0 } ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static List<ReferenceCase> Wanted(CaseFile file, CaseFilter filter)
    {
        try
        {
            return [.. file.Read().Where(one => filter.Matches(one.Id))];
        }
        catch (CaseException fault)
        {
            filter.Excuse(file.Id);
            return [ReferenceCase.Faulty(file.Id, fault)];
        }
    }

    private static CaseResult Run(ReferenceCase one, VerifyArguments arguments, CancellationToken stop)
    {
        if (one.Run is null)
        {
            return new CaseResult(one.Id, CaseResult.Skipped);
        }

        var comparison = new Comparison(arguments.Limit);
        try
        {
            one.Run(comparison, arguments.Where, stop);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever a case ends with is its result: the others tell the operator more than a stopped run.
            return new CaseResult(one.Id, CaseResult.Failed, Reason: fault.Message.ReplaceLineEndings(" "));
        }

        return CaseResult.Of(one.Id, comparison.Worst ?? throw new InvalidOperationException($"The case {one.Id} compares nothing."));
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
