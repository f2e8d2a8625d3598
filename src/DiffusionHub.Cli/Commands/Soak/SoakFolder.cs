namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>Where a soak keeps its things.</summary>
/// <param name="Root">The folder, gone when it ends.</param>
internal sealed record SoakFolder(string Root)
{
    /// <summary>The picture store.</summary>
    public string Pictures => Path.Combine(Root, "pictures");

    /// <summary>A file that asks the worker of that name to freeze after the next picture that it stores.</summary>
    public string WishOf(string worker) => Path.Combine(Root, $"freeze-{worker}");
}
