using System.CommandLine;
using System.Text.Json.Nodes;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models import PATH</c>.</summary>
internal static class ImportModel
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = ModelsTexts.Path };
        var name = new Option<string?>("--name") { Description = ModelsTexts.NewName };
        var copy = new Option<bool>("--copy") { Description = ModelsTexts.Copy };
        var move = new Option<bool>("--move") { Description = ModelsTexts.Move };
        var inPlace = new Option<bool>("--in-place") { Description = ModelsTexts.InPlace };
        var prediction = new Option<string?>("--prediction-type") { Description = ModelsTexts.Prediction };
        prediction.AcceptOnlyFromAmong("epsilon", "v_prediction");
        var licence = new Option<string?>("--licence") { Description = ModelsTexts.Licence };
        var json = new Option<bool>("--json") { Description = ModelsTexts.Json };
        var command = new Command("import", ModelsTexts.Import) { path, name, copy, move, inPlace, prediction, licence, json };
        return new CatalogueCommand(command).Does((parsed, catalogue, stop) =>
        {
            bool[] modes = [parsed.GetValue(copy), parsed.GetValue(move), parsed.GetValue(inPlace)];
            if (modes.Count(chosen => chosen) > 1)
            {
                throw new CommandException(ModelsTexts.OneMode, ExitCodes.Usage);
            }

            var options = new ImportOptions
            {
                Name = parsed.GetValue(name),
                Mode = modes[1] ? ImportMode.Move : modes[2] ? ImportMode.InPlace : ImportMode.Copy,
                PredictionType = parsed.GetValue(prediction),
                Licence = parsed.GetValue(licence),
            };
            return Run(parsed.GetRequiredValue(path), options, parsed.GetValue(json), catalogue, stop);
        });
    }

    private static int Run(string path, ImportOptions options, bool json, OpenCatalogue catalogue, CancellationToken stop)
    {
        ImportResult result;
        using (var line = new ProgressLine())
        {
            result = new ModelImport(catalogue.Folders, catalogue.ModelsFolder) { Progress = line.Show }.Run(path, options, stop);
        }

        if (json)
        {
            var node = EntryJson.Of(catalogue.Find(result.Name)).AsObject();
            node["alreadyThere"] = result.AlreadyThere;
            node["notes"] = new JsonArray([.. result.Notes.Select(note => (JsonNode)note)]);
            Console.WriteLine(node.ToJsonString());
            return ExitCodes.Done;
        }

        Console.WriteLine(CatalogueCommand.Text(result.AlreadyThere ? ModelsTexts.AlreadyThere : ModelsTexts.Imported, result.Name, result.Kind));
        foreach (var note in result.Notes)
        {
            Console.WriteLine(note);
        }

        return ExitCodes.Done;
    }
}
