namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>Cases of a kind that is not built yet: a folder of folders.</summary>
/// <param name="name">Name of the folder, with which the ids begin.</param>
internal sealed class FutureCases(string name) : IReferenceCases
{
    public IEnumerable<CaseFile> In(ReferenceFolder folder) =>
        folder.CaseFolders(name) is [_, ..] ids ? [new CaseFile(name, () => ids.Select(id => new ReferenceCase($"{name}/{id}", null)))] : [];
}
