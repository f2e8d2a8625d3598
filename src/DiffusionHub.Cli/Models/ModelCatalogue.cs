using DiffusionHub.Cli.Shell;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Models;

/// <summary>The models on this machine: those of the data folder, then those that come with the hub.</summary>
/// <param name="dataFolder">The data folder; null: where it usually is.</param>
internal sealed class ModelCatalogue(string? dataFolder = null)
{
    private const string BuiltIn = "sprout";
    private readonly ModelFolders folders = ModelFolders.Usual(dataFolder ?? UsualDataFolder());

    public IReadOnlyList<string> Names => folders.Names;

    /// <summary>All entries.</summary>
    public ModelFolders Folders => folders;

    /// <summary>The model of a name or path; "" is the built-in one, or the only one.</summary>
    public ModelSource Find(string nameOrPath)
    {
        var wanted = nameOrPath.Length > 0 ? nameOrPath : Names is [var only] ? only : BuiltIn;
        try
        {
            return folders.Find(wanted);
        }
        catch (UnknownModelException unknown)
        {
            throw new CommandException(unknown.Message + UsageErrors.Suggestion(wanted, Names), ExitCodes.Usage, unknown);
        }
        catch (ModelFolderException fault)
        {
            throw new CommandException(fault.Message, ExitCodes.Failed, fault);
        }
    }

    /// <summary>The entry of that kind, by name or path.</summary>
    public ModelSource FindAsset(string kind, string nameOrPath)
    {
        try
        {
            return kind == ModelKinds.Model ? folders.Find(nameOrPath) : folders.FindAsset(kind, nameOrPath);
        }
        catch (ModelFolderException fault)
        {
            throw new CommandException(fault.Message, ExitCodes.Usage, fault);
        }
    }

    // Where “hub up” puts it for root, when a folder in the clone cannot be used.
    private static string UsualDataFolder() =>
        Environment.GetEnvironmentVariable("HUB_DATA") is { Length: > 0 } data ? data
        : !Directory.Exists("data") && Environment.IsPrivilegedProcess && Directory.Exists(SettingsOptions.RootDataFolder) ? SettingsOptions.RootDataFolder
        : "data";

    public static ModelDescription Describe(ModelSource source) => Translated(() => KnownFamilies.Describe(source));

    public static IPipeline Load(ModelSource source) => Translated(() => KnownFamilies.Load(source));

    public static T Translated<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is ModelFolderException or InferenceException or UnfitRequestException or Sampling.Denoisers.ModelOutputException)
        {
            throw new CommandException(fault.Message.ReplaceLineEndings(" "), ExitCodes.Failed, fault);
        }
    }
}
