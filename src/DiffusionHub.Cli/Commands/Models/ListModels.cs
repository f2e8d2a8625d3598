using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models list</c>.</summary>
internal static class ListModels
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = ModelsTexts.Json };
        return new CatalogueCommand(new Command("list", ModelsTexts.List) { json }).Does((parsed, catalogue, _) => Run(parsed.GetValue(json), catalogue));
    }

    // One faulty folder must not hide the others; the exit code tells of it.
    private static int Run(bool json, OpenCatalogue catalogue)
    {
        var items = Inventory.Of(catalogue.Folders);
        var loose = LooseFiles.In(catalogue.ModelsFolder, items);
        if (json)
        {
            Console.WriteLine(new JsonArray([.. items.Select(EntryJson.Of), .. loose.Select(EntryJson.Loose)]).ToJsonString(Indented));
        }
        else
        {
            foreach (var item in items)
            {
                Console.WriteLine(Line(item));
                if (item is { Fault: null, Notice: { } notice })
                {
                    Console.WriteLine(CatalogueCommand.Text(ModelsTexts.NoticeLine, notice));
                }
            }

            foreach (var path in loose)
            {
                Console.WriteLine(CatalogueCommand.Text(ModelsTexts.LooseLine, Path.GetFileName(path)));
            }
        }

        return items.All(item => item.Fault is null) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Line(InventoryItem item) =>
        item.Fault is { } fault ? CatalogueCommand.Text(ModelsTexts.BrokenLine, item.Name, item.Kind, fault)
        : item.Model is { } model ? CatalogueCommand.Text(ModelsTexts.Line, model.Name, item.Kind, model.Family, model.DefaultSide, model.DefaultSteps)
        : CatalogueCommand.Text(ModelsTexts.AssetLine, item.Name, item.Kind, Fits(item.Asset!), Size.Of(item.Asset!.Bytes));

    private static string Fits(AssetDescription asset) => asset.Kind == ModelKinds.Guide ? "" : asset.Fits.Count > 0 ? string.Join(", ", asset.Fits) : ModelsTexts.FitsUnknown;
}
