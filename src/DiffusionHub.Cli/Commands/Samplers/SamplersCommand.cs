using System.CommandLine;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Samplers;

/// <summary><c>hub samplers</c>: what there is to choose from, as a table, for the documentation, or as pictures.</summary>
internal static class SamplersCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = SamplersTexts.Markdown };
        var json = new Option<bool>("--json") { Description = SamplersTexts.Json };
        var grid = new SamplerGridOptions();
        var command = new Command("samplers", SamplersTexts.Description) { markdown, json };
        grid.AddTo(command);
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                if (grid.Read(parsed) is { } wanted)
                {
                    return SamplerGrid.Draw(wanted, stop);
                }

                Console.WriteLine(parsed.GetValue(markdown) ? SamplerTable.Markdown() : parsed.GetValue(json) ? SamplerTable.Json() : SamplerTable.Text());
                return ExitCodes.Done;
            },
            stop));
        return command;
    }
}
