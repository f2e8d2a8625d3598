using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Imaging;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>What a command line names beside the model: files, and entries of the catalogue.</summary>
/// <param name="catalogue">The catalogue.</param>
/// <param name="folder">Where relative paths begin: a request file's folder, or the working folder.</param>
internal sealed class RequestFiles(ModelCatalogue catalogue, string folder) : IRequestFiles
{
    public RgbImage Picture(string field, string reference)
    {
        var path = Path.GetFullPath(reference, folder);
        try
        {
            return ImageCodec.Decode(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ImagingException)
        {
            throw new CommandException(GenerateOptions.Format(GenerateTexts.PictureUnreadable, field, path, fault.Message), ExitCodes.Usage, fault);
        }
    }

    public DepthChoice Depth(string field, string reference)
    {
        if (!reference.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return DepthChoice.Of(Picture(field, reference));
        }

        var path = Path.GetFullPath(reference, folder);
        try
        {
            return NumpyFile.ReadDepth(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException(GenerateOptions.Format(GenerateTexts.DepthUnreadable, field, fault.Message), ExitCodes.Usage, fault);
        }
    }

    // A file or folder of that name is meant, where there is one; else an entry.
    public string Entry(string field, string kind, string name) =>
        Path.GetFullPath(name, folder) is var path && Path.Exists(path) ? path : Of(kind, catalogue.FindAsset(kind, name));

    // A model's card counts too.
    private static string Of(string kind, ModelSource source) => kind == ModelKinds.Model ? source.Entry ?? source.Path : source.Path;
}
