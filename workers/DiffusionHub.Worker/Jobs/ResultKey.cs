using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Worker.Models;

namespace DiffusionHub.Worker.Jobs;

/// <summary>All that a picture depends on, as one hash.</summary>
/// <param name="Hash">SHA-256.</param>
/// <param name="ModelFiles">How the model's files were (<see cref="FileIdentity"/>).</param>
internal sealed record ResultKey(byte[] Hash, string ModelFiles)
{
    // Another build may compute otherwise, whatever its version says.
    private static readonly string Build = string.Join(
        '\n',
        ((Type[])[typeof(ResultKey), typeof(IPipeline), typeof(Inference.InferenceRuntime), typeof(Sampling.Denoisers.IDenoiser), typeof(Imaging.ImageCodec), typeof(GenerationRequest)])
            .Select(type => $"{type.Assembly.FullName} {type.Module.ModuleVersionId}"));

    /// <summary>The key of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">Where its model lies.</param>
    /// <param name="device">What computes it.</param>
    /// <exception cref="IOException">A file that it needs cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static ResultKey Of(JobRequest request, ModelSource model, string device)
    {
        var files = FileIdentity.Of(model);
        string[] parts = [Build, device, request.Model.Hash, files, .. Assets(request.Run), Json(request)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            // Lengths keep two lists of parts apart that would be the same text one after another.
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return new ResultKey(hash.GetHashAndReset(), files);
    }

    /// <summary>The request as the gallery keeps it. Pictures that it was given are in it by their hash.</summary>
    public static string Json(JobRequest request) => JsonSerializer.Serialize(request.Document, RequestJson.Default.GenerationRequest);

    // Of what a catalogue's card may change behind the request, the numbers as they are used.
    private static IEnumerable<string> Assets(PictureRequest run)
    {
        (string Kind, string? Path, double Number)[] assets =
        [
            .. run.Adapters.Select(adapter => ("lora", (string?)adapter.Path, adapter.Weight)), ("vae", run.Vae, 0), ("control", run.Control?.Path, run.Control?.Scale ?? 0),
            ("refiner", run.Refiner?.Path, run.Refiner?.Switch ?? 0), ("guide", run.Guide?.Path, run.Guide?.Scale ?? 0),
        ];
        return assets.Where(asset => asset.Path is not null)
            .Select(asset => string.Create(CultureInfo.InvariantCulture, $"{asset.Kind} {asset.Number:R}\n{FileIdentity.Of(asset.Path!)}"));
    }
}
