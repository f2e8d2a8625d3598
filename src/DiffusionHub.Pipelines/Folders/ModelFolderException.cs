using System.Globalization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>A model folder cannot be used. The message names the file, what was expected and what was found.</summary>
public class ModelFolderException(string message) : Exception(message)
{
    internal static ModelFolderException Missing(string path) => new(Format(FolderTexts.MissingFile, path));

    internal static ModelFolderException Truncated(string path, long expected, long found) => new(Format(FolderTexts.Truncated, path, expected, found));

    internal static ModelFolderException Damaged(string path, string reason) => new(Format(FolderTexts.Damaged, path, reason));

    internal static ModelFolderException NoFolder(string path) => new(Format(FolderTexts.NoFolder, path));

    internal static ModelFolderException UnknownFamily(string path, string found, IEnumerable<string> known) =>
        new(Format(FolderTexts.UnknownFamily, path, found, string.Join(", ", known)));

    internal static ModelFolderException Unsupported(string path, string key, string value, string supported) =>
        new(Format(FolderTexts.Unsupported, path, key, value, supported));

    internal static ModelFolderException BadMember(string path, string member, string expected, object found) => new(Format(FolderTexts.BadMember, path, member, expected, found));

    internal static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}

/// <summary>Nothing has that name. The message lists the names that there are.</summary>
public sealed class UnknownModelException : ModelFolderException
{
    /// <summary>No model has it.</summary>
    public UnknownModelException(string name, IReadOnlyCollection<string> known)
        : base(known.Count == 0 ? Format(FolderTexts.NoModels, name) : Format(FolderTexts.UnknownModel, name, string.Join(", ", known)))
    {
    }

    /// <summary>Nothing of a kind (one of <see cref="ModelKinds"/>) has it.</summary>
    public UnknownModelException(string kind, string name, IReadOnlyCollection<string> known)
        : base(known.Count == 0 ? Format(FolderTexts.NoAssets, Noun(kind), name) : Format(FolderTexts.UnknownAsset, Noun(kind), name, string.Join(", ", known)))
    {
    }

    private static string Noun(string kind) => kind switch
    {
        ModelKinds.Lora => FolderTexts.Lora,
        ModelKinds.ControlNet => FolderTexts.ControlNet,
        ModelKinds.Vae => FolderTexts.Vae,
        ModelKinds.Guide => FolderTexts.Guide,
        _ => FolderTexts.Model,
    };
}
