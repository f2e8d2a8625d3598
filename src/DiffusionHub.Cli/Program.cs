using System.CommandLine;
using DiffusionHub.Cli.Commands.Bench;
using DiffusionHub.Cli.Commands.Generate;
using DiffusionHub.Cli.Commands.Models;
using DiffusionHub.Cli.Shell;

var root = new RootCommand(ShellTexts.Root)
{
    GenerateCommand.Create(),
    ModelsCommand.Create(),
    BenchCommand.Create(),
};

return await CommandShell.RunAsync(root, args);
