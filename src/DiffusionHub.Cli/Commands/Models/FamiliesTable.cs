using System.CommandLine;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary><c>hub models families</c>: what the hub can run, written from the code that runs it.</summary>
internal static class FamiliesTable
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = ModelsTexts.Markdown };
        var command = new Command("families", ModelsTexts.Families) { markdown };
        command.SetAction(parsed =>
        {
            Console.WriteLine(parsed.GetValue(markdown) ? Markdown() : Text());
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Text() => string.Join('\n', KnownFamilies.Tasks.Select(family => CatalogueCommand.Text(ModelsTexts.FamilyLine, family.Key, string.Join(", ", family.Value))));

    private static string Markdown()
    {
        var tasks = KnownFamilies.Tasks.Values.SelectMany(of => of).Distinct().ToList();
        return string.Join(
            '\n',
            [
                $"| {ModelsTexts.FamilyHead} | {string.Join(" | ", tasks)} |",
                $"|---|{string.Concat(Enumerable.Repeat(":-:|", tasks.Count))}",
                .. KnownFamilies.Tasks.Select(family => $"| {family.Key} | {string.Join(" | ", tasks.Select(task => family.Value.Contains(task) ? ModelsTexts.Can : ModelsTexts.Cannot))} |"),
            ]);
    }
}
