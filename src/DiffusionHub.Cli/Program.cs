using System.CommandLine;
using DiffusionHub.Cli.Commands.Bench;
using DiffusionHub.Cli.Commands.Config;
using DiffusionHub.Cli.Commands.Down;
using DiffusionHub.Cli.Commands.Generate;
using DiffusionHub.Cli.Commands.Keys;
using DiffusionHub.Cli.Commands.Migrate;
using DiffusionHub.Cli.Commands.Models;
using DiffusionHub.Cli.Commands.Part;
using DiffusionHub.Cli.Commands.Samplers;
using DiffusionHub.Cli.Commands.Soak;
using DiffusionHub.Cli.Commands.Status;
using DiffusionHub.Cli.Commands.Test;
using DiffusionHub.Cli.Commands.Up;
using DiffusionHub.Cli.Commands.Users;
using DiffusionHub.Cli.Commands.Verify;
using DiffusionHub.Cli.Shell;

var root = new RootCommand(ShellTexts.Root)
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    TestCommand.Create(),
    GenerateCommand.Create(),
    VerifyCommand.Create(),
    ModelsCommand.Create(),
    UsersCommand.Create(),
    KeysCommand.Create(),
    SamplersCommand.Create(),
    PartCommand.Web(),
    PartCommand.Worker(),
    MigrateCommand.Create(),
    ConfigCommand.Create(),
    BenchCommand.Create(),
    SoakCommand.Create(),
};

return await CommandShell.RunAsync(root, args);
