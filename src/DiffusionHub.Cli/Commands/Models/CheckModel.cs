using System.CommandLine;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models check NAME</c>.</summary>
internal static class CheckModel
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = ModelsTexts.EntryName };
        return new CatalogueCommand(new Command("check", ModelsTexts.Check) { name }).Does((parsed, catalogue, stop) =>
        {
            var item = catalogue.Find(parsed.GetRequiredValue(name));
            IReadOnlyList<string> faults;
            using (var line = new ProgressLine())
            {
                faults = catalogue.Entries.Check(item.Name, line.Show, stop);
            }

            foreach (var fault in faults)
            {
                Console.Error.WriteLine(CatalogueCommand.Text(ModelsTexts.Broken, item.Name, fault));
            }

            if (faults.Count == 0)
            {
                Console.WriteLine(CatalogueCommand.Text(ModelsTexts.Whole, item.Name));
            }

            return faults.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
        });
    }
}
