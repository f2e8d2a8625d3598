using System.Xml.Linq;

namespace DiffusionHub.Architecture.Tests;

/// <summary>The solution as its project files say it is.</summary>
internal static class Solution
{
    public static string Root => Repository.Root;

    /// <summary>Every project that ships, by name.</summary>
    public static IReadOnlyDictionary<string, Project> Shipped { get; } = new[] { "src", "web", "workers", "migrations", "native/OnnxRuntime" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(path => new Project(path))
        .ToDictionary(p => p.Name, StringComparer.Ordinal);
}

/// <summary>One project file.</summary>
internal sealed class Project(string path)
{
    private readonly XDocument _xml = XDocument.Load(path);

    public string Name { get; } = Path.GetFileNameWithoutExtension(path);

    public string Folder { get; } = Path.GetDirectoryName(path)!;

    /// <summary>Projects whose code it can call.</summary>
    public IReadOnlyList<string> References => [.. _xml.Descendants("ProjectReference")
        .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
        .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')))];

    /// <summary>Also those that are only built with it.</summary>
    public IReadOnlyList<string> AllReferences => [.. _xml.Descendants("ProjectReference")
        .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')))];

    public IReadOnlyList<string> Packages => [.. _xml.Descendants("PackageReference").Select(r => (string)r.Attribute("Include")!)];
}
