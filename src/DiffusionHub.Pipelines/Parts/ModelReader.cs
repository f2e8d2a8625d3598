using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>Reads the parts of a model in whichever way it is stored.</summary>
internal static class ModelReader
{
    /// <exception cref="ModelFolderException">It cannot be used; the message says why.</exception>
    public static ModelParts Read(ModelSource source) =>
        source.IsFile ? CheckpointParts.Read(source)
        : ExportedParts.IsThere(source) ? ExportedParts.Read(source)
        : source.Folder.Read(ModelIndex.FileName, DiffusersJson.Default.ModelIndex) switch
        {
            { IsPlain: true } plain => PlainParts.Read(source, plain),
            { Bert: not null } words => BertParts.Read(source, words),
            var index => DiffusersParts.Read(source, index),
        };
}
