using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Imaging;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Worker.Models;

namespace DiffusionHub.Worker.Jobs;

/// <summary>What a job names beside its model: pictures in the store, and entries of this worker's catalogue.</summary>
internal sealed class JobFiles(IBlobStore blobs, ModelShelf shelf) : IRequestFiles
{
    public RgbImage Picture(string field, string reference)
    {
        using var stream = (UploadReference.KeyOf(reference) is { } key ? blobs.Open(key) : null)
            ?? throw new PoisonJobException(Statements.Text(WorkerTexts.PictureGone, field, reference));
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        try
        {
            return ImageCodec.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (ImagingException fault)
        {
            throw new PoisonJobException(Statements.Text(WorkerTexts.PictureDamaged, field, fault.Message));
        }
    }

    public DepthChoice Depth(string field, string reference) => DepthChoice.Of(Picture(field, reference));

    public string Entry(string field, string kind, string name)
    {
        try
        {
            return kind == ModelKinds.Model ? shelf.SourcePath(name) : shelf.AssetPath(kind, name);
        }
        catch (ModelFolderException fault)
        {
            // Another worker may have it, and so may this one in a moment: not the job's fault for good.
            throw new ModelFolderException($"{field}: {fault.Message}");
        }
    }
}
