using System.Globalization;

namespace DiffusionHub.Cli.Shell;

/// <summary>The hub's other programs: beside this one in the build's output, or in <c>/app/{cli,web,worker}</c> when published.</summary>
internal static class Parts
{
    /// <summary>The words that start <c>DiffusionHub.<paramref name="name"/></c>: the program and its first arguments.</summary>
    /// <exception cref="CommandException">It is not there.</exception>
    public static string[] CommandOf(string name)
    {
        var program = "DiffusionHub." + name;
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] candidates =
        [
            Path.GetFullPath(Path.Combine(here, "../..", program, Path.GetFileName(here), program + ".dll")),
            Path.GetFullPath(Path.Combine(here, "..", name.ToLowerInvariant(), program + ".dll")),
        ];
        var found = candidates.FirstOrDefault(File.Exists)
            ?? throw new CommandException(string.Format(CultureInfo.InvariantCulture, ShellTexts.PartMissing, program, string.Join(", ", candidates)));
        // Through the very runtime that runs this program, wherever it was found; or as a program of its own, as this one is.
        return Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, found] : [Path.ChangeExtension(found, null)];
    }
}
