using System.Globalization;
using System.Text.RegularExpressions;
using DiffusionHub.Cli.Shell;

namespace DiffusionHub.Cli.Commands.Test;

/// <summary>The built tests of one project.</summary>
/// <param name="Name">The project's name.</param>
/// <param name="Path">Its program.</param>
internal sealed partial record TestAssembly(string Name, string Path)
{
    /// <summary>Whether its tests drive a browser.</summary>
    public bool UsesBrowser => File.Exists(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, "Microsoft.Playwright.dll"));

    /// <summary>Every program among the projects under <c>tests/</c>, so that a new project is run without being named anywhere else.</summary>
    /// <exception cref="CommandException">One of them was not built.</exception>
    public static IReadOnlyList<TestAssembly> OfSolution(string solution)
    {
        var home = System.IO.Path.GetDirectoryName(solution)!;
        // …/bin/DiffusionHub.Cli/release/ → …/bin/NAME/release/
        var here = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var found = new List<TestAssembly>();
        foreach (Match match in ProjectPath().Matches(File.ReadAllText(solution)))
        {
            var project = match.Groups["path"].Value.Replace('\\', '/');
            var name = System.IO.Path.GetFileNameWithoutExtension(project);
            if (!File.ReadAllText(System.IO.Path.Combine(home, project)).Contains("xunit.v3\"", StringComparison.Ordinal))
            {
                continue;
            }

            var program = System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "../..", name, System.IO.Path.GetFileName(here), name + ".dll"));
            found.Add(File.Exists(program) ? new TestAssembly(name, program) : throw new CommandException(string.Format(CultureInfo.InvariantCulture, TestTexts.NotBuilt, name, program)));
        }

        return found;
    }

    [GeneratedRegex(@"""(?<path>tests\\[^""]+\.csproj)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectPath();
}
