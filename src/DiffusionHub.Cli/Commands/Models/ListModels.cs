using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Mapping;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models list</c>.</summary>
internal static class ListModels
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = ModelsTexts.Json };
        var command = new Command("list", ModelsTexts.List) { json };
        command.SetAction(parsed => Run(parsed.GetValue(json)));
        return command;
    }

    // One faulty folder must not hide the others: it is told on stderr, and the exit code says so.
    private static int Run(bool json)
    {
        var catalogue = new ModelCatalogue();
        var models = new List<ModelCapabilities>();
        var faults = 0;
        foreach (var name in catalogue.Names)
        {
            try
            {
                models.Add(ModelCatalogue.Describe(catalogue.Find(name)).ToCapabilities());
            }
            catch (CommandException fault)
            {
                faults++;
                Console.Error.WriteLine($"{name}: {fault.Message}");
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(models, RequestJson.Default.IReadOnlyListModelCapabilities));
        }
        else
        {
            foreach (var model in models)
            {
                Console.WriteLine(Text(ModelsTexts.Line, model.Name, model.Family, model.DefaultWidth, model.DefaultHeight, model.DefaultSteps));
            }
        }

        return faults == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
