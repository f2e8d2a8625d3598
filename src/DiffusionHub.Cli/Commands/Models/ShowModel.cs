using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models show NAME</c>.</summary>
internal static class ShowModel
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = ModelsTexts.Name };
        var json = new Option<bool>("--json") { Description = ModelsTexts.Json };
        return new CatalogueCommand(new Command("show", ModelsTexts.Show) { name, json })
            .Does((parsed, catalogue, _) => Run(catalogue.Find(parsed.GetRequiredValue(name)), parsed.GetValue(json)));
    }

    private static int Run(InventoryItem item, bool json)
    {
        if (json)
        {
            Console.WriteLine(EntryJson.Of(item).ToJsonString());
        }
        else if (item.Fault is { } fault)
        {
            throw new CommandException(CatalogueCommand.Text(ModelsTexts.Broken, item.Name, fault));
        }
        else
        {
            Console.WriteLine(item.Model is { } model ? Details(item, model) : Details(item, item.Asset!));
            if (item.Notice is { } notice)
            {
                Console.WriteLine(CatalogueCommand.Text(ModelsTexts.Fact, ModelsTexts.Notice, notice));
            }

            foreach (var (label, value) in item.Facts)
            {
                Console.WriteLine(CatalogueCommand.Text(ModelsTexts.Fact, label + ":", value));
            }

            foreach (var (file, hash) in item.Hashes)
            {
                Console.WriteLine(CatalogueCommand.Text(ModelsTexts.HashLine, hash, file));
            }
        }

        return item.Fault is null ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Details(InventoryItem item, ModelDescription model) => CatalogueCommand.Text(
        ModelsTexts.Details,
        model.Name,
        model.Base is { } known ? $"{model.Family} ({known})" : model.Family,
        item.Path,
        model.Hash,
        string.Join(", ", model.Tasks),
        string.Join(", ", model.Samplers),
        string.Join(", ", model.Schedules),
        string.Join(", ", model.SamplersWithSchedules),
        model.DefaultSteps,
        model.MaxSteps,
        model.DefaultGuidance,
        model.DefaultSide,
        model.DefaultSide,
        model.MinSide,
        model.MaxSide,
        model.SideMultiple,
        model.MemoryBytes / 1048576,
        model.Licence ?? "–");

    private static string Details(InventoryItem item, AssetDescription asset) => CatalogueCommand.Text(
        ModelsTexts.AssetDetails,
        asset.Name,
        item.Kind,
        item.Path,
        asset.Hash ?? "–",
        // What a guide goes with is not told by a base, but by its own lines.
        item.Kind == ModelKinds.Guide ? "" : CatalogueCommand.Text(ModelsTexts.FitsLine, asset.Fits.Count > 0 ? string.Join(", ", asset.Fits) : ModelsTexts.FitsUnknown),
        Size.Of(asset.Bytes),
        item.Kind == ModelKinds.Lora ? CatalogueCommand.Text(ModelsTexts.WeightLine, asset.Weight) : "",
        asset.Licence ?? "–");
}
