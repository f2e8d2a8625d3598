using System.CommandLine;
using System.Globalization;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Settings;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>What the commands on the catalogue share: its data folder, and how refusals are told.</summary>
internal sealed class CatalogueCommand
{
    private readonly SettingsOptions settings;

    public CatalogueCommand(Command command)
    {
        Command = command;
        settings = new SettingsOptions(command);
    }

    public Command Command { get; }

    /// <summary>Runs <paramref name="work"/> in the background, so that an interrupt is heard.</summary>
    public Command Does(Func<ParseResult, OpenCatalogue, CancellationToken, int> work)
    {
        Command.SetAction(async (parsed, stop) =>
        {
            var data = (await settings.ReadAsync(parsed, stop)).Settings;
            return await Task.Run(() => Refusing(data, catalogue => work(parsed, catalogue, stop)), stop);
        });
        return Command;
    }

    public static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static int Refusing(HubSettings settings, Func<OpenCatalogue, int> work)
    {
        var catalogue = new ModelCatalogue(settings.DataFolder);
        try
        {
            return work(new OpenCatalogue(catalogue, settings.ModelsFolder));
        }
        catch (UnknownModelException unknown)
        {
            throw new CommandException(unknown.Message, ExitCodes.Usage, unknown);
        }
        catch (ModelFolderException fault)
        {
            throw new CommandException(fault.Message.ReplaceLineEndings(" "), ExitCodes.Failed, fault);
        }
    }
}

/// <summary>The catalogue of a data folder.</summary>
internal sealed record OpenCatalogue(ModelCatalogue Models, string ModelsFolder)
{
    public ModelFolders Folders => Models.Folders;

    public CatalogueEntries Entries => new(Folders, ModelsFolder);

    /// <summary>The entry of that name; refused with the nearest one.</summary>
    public InventoryItem Find(string name)
    {
        if (name.Contains(Path.DirectorySeparatorChar))
        {
            var contents = Contents.Recognise(name);
            return Inventory.Read(contents, Folders.Hashes);
        }

        try
        {
            return Inventory.Read(Entries.Find(name), Folders.Hashes);
        }
        catch (UnknownModelException unknown)
        {
            throw new CommandException(unknown.Message + UsageErrors.Suggestion(name, Folders.Entries.Select(entry => entry.Name)), ExitCodes.Usage, unknown);
        }
    }
}
