using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Mapping;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models show NAME</c>.</summary>
internal static class ShowModel
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = ModelsTexts.Name };
        var json = new Option<bool>("--json") { Description = ModelsTexts.Json };
        var command = new Command("show", ModelsTexts.Show) { name, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(name), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string name, bool json)
    {
        var folder = new ModelCatalogue().Find(name);
        var model = ModelCatalogue.Describe(folder).ToCapabilities();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(model, RequestJson.Default.ModelCapabilities));
            return ExitCodes.Done;
        }

        Console.WriteLine(Text(
            ModelsTexts.Details,
            model.Name,
            model.Family,
            folder.Path,
            model.Hash,
            string.Join(", ", model.Tasks),
            string.Join(", ", model.Samplers),
            string.Join(", ", model.Schedules),
            string.Join(", ", model.SamplersWithSchedules),
            model.DefaultSteps,
            model.MaxSteps,
            model.DefaultGuidance,
            model.DefaultWidth,
            model.DefaultHeight,
            model.MinSide,
            model.MaxSide,
            model.SideMultiple,
            model.MemoryBytes / 1048576,
            model.Licence ?? "–"));
        return ExitCodes.Done;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
