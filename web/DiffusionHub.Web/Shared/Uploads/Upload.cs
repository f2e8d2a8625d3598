namespace DiffusionHub.Web.Shared.Uploads;

/// <summary>A picture in the form in which the hub keeps it: PNG without metadata, named by its SHA-256.</summary>
/// <param name="Reference"><c>upload:</c> and its hash, as requests name it.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Png">The file.</param>
internal sealed record Upload(string Reference, int Width, int Height, byte[] Png);

/// <summary>What became of bytes that should be a picture.</summary>
/// <param name="Upload">The picture; null: refused.</param>
/// <param name="Refusal">Why it was refused, in one sentence; null: it was not.</param>
internal sealed record UploadResult(Upload? Upload, string? Refusal)
{
    /// <summary>A refusal.</summary>
    public static UploadResult Refused(string text) => new(null, text);
}

/// <summary>The picture store takes nothing at the moment. The message is meant for people.</summary>
internal sealed class PictureStoreAwayException(string message, IOException inner) : Exception(message, inner);
