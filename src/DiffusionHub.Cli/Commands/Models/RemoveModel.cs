using System.CommandLine;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models remove NAME</c>.</summary>
internal static class RemoveModel
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = ModelsTexts.EntryName };
        var yes = new Option<bool>("--yes") { Description = ModelsTexts.Yes };
        return new CatalogueCommand(new Command("remove", ModelsTexts.Remove) { name, yes }).Does((parsed, catalogue, _) =>
        {
            var wanted = catalogue.Find(parsed.GetRequiredValue(name)).Name;
            if (!parsed.GetValue(yes) && !Confirmed(wanted))
            {
                Console.WriteLine(ModelsTexts.Kept);
                return ExitCodes.Failed;
            }

            Console.WriteLine(catalogue.Entries.Remove(wanted) is { } stays
                ? CatalogueCommand.Text(ModelsTexts.RemovedEntry, wanted, stays)
                : CatalogueCommand.Text(ModelsTexts.Removed, wanted));
            return ExitCodes.Done;
        });
    }

    private static bool Confirmed(string name)
    {
        if (Console.IsInputRedirected)
        {
            throw new CommandException(CatalogueCommand.Text(ModelsTexts.NeedsYes, name), ExitCodes.Usage);
        }

        Console.Write(CatalogueCommand.Text(ModelsTexts.Sure, name));
        return Console.ReadLine()?.Trim().StartsWith("y", StringComparison.OrdinalIgnoreCase) ?? false;
    }
}
