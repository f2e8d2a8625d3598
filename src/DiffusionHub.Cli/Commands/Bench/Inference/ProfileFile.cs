using System.Globalization;
using System.Text;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Profiles;

namespace DiffusionHub.Cli.Commands.Bench.Inference;

/// <summary>Where the time of a measurement went: the kernels' times, summed by graph, by operator and by part of the model, as tables in a file.</summary>
internal static class ProfileFile
{
    private const int Depth = 4;
    private const int Most = 25;

    /// <summary>Measures with every kernel timed.</summary>
    /// <param name="path">The file to write; null: nothing is timed.</param>
    /// <param name="measure">Loads graphs, runs them and disposes of them.</param>
    public static int During(string? path, Func<int> measure)
    {
        if (path is null)
        {
            return measure();
        }

        var notes = Directory.CreateTempSubdirectory("hub-profile-");
        try
        {
            var profile = InferenceRuntime.Profile = new RuntimeProfile(notes.FullName);
            var code = measure();
            OutputText(path, Tables(profile.Read()));
            return code;
        }
        finally
        {
            InferenceRuntime.Profile = null;
            notes.Delete(recursive: true);
        }
    }

    private static void OutputText(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(Text(BenchTexts.ProfileUnwritable, path, fault.Message), ExitCodes.Failed, fault);
        }
    }

    private static string Tables(IReadOnlyList<KernelTime> times)
    {
        var all = times.Sum(time => time.Milliseconds);
        var text = new StringBuilder();
        foreach (var graph in times.GroupBy(time => time.Graph))
        {
            text.AppendLine(Text(BenchTexts.ProfileGraph, graph.Key, graph.Sum(time => time.Milliseconds), all));
            Table(BenchTexts.ProfileOperator, graph.GroupBy(time => time.Operator));
            Table(BenchTexts.ProfileModule, graph.GroupBy(time => $"{Part(time.Module)} · {time.Operator}"));
        }

        return text.ToString();

        void Table(string head, IEnumerable<IGrouping<string, KernelTime>> groups)
        {
            text.AppendLine(head);
            foreach (var group in groups.OrderByDescending(group => group.Sum(time => time.Milliseconds)).Take(Most))
            {
                var sum = group.Sum(time => time.Milliseconds);
                text.AppendLine(Text(BenchTexts.ProfileLine, sum, sum / all, group.Sum(time => time.Calls), group.Key));
            }

            text.AppendLine();
        }
    }

    private static string Part(string module) => module.Length == 0 ? BenchTexts.ProfileRuntime : string.Join('.', module.Split('.').Take(Depth));

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
