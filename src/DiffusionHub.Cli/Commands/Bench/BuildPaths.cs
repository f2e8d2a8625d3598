using System.Reflection;

namespace DiffusionHub.Cli.Commands.Bench;

/// <summary>Places that the build wrote into this program, relative to its own folder.</summary>
internal static class BuildPaths
{
    public static string Find(string name) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == name).Value!)));
}
