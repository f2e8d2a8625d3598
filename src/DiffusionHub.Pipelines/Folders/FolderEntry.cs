namespace DiffusionHub.Pipelines.Folders;

/// <summary>A folder of the catalogue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Full path of the folder.</param>
/// <param name="Kind">One of <see cref="ModelKinds"/>; a model where the card cannot be read.</param>
/// <param name="Fault">What is wrong with the card, or null.</param>
public sealed record FolderEntry(string Name, string Path, string Kind, string? Fault)
{
    internal static FolderEntry Read(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        try
        {
            var kind = ModelCard.Read(new ModelFolder(path)).Kind;
            return ModelKinds.All.Contains(kind)
                ? new FolderEntry(name, path, kind, null)
                : new FolderEntry(name, path, ModelKinds.Model, ModelFolderException.Format(FolderTexts.UnknownKind, System.IO.Path.Combine(path, ModelCard.FileName), kind, string.Join(", ", ModelKinds.All)));
        }
        catch (ModelFolderException fault)
        {
            return new FolderEntry(name, path, ModelKinds.Model, fault.Message);
        }
    }
}
