using System.Globalization;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Uploads;

/// <summary>A request whose pictures are uploads.</summary>
/// <param name="Request">The request; a refused picture is still named in it, so that the rules about its presence hold.</param>
/// <param name="New">Pictures that are not stored yet.</param>
/// <param name="InitSize">Size of the picture to begin with, where there is one.</param>
/// <param name="Errors">Why pictures were refused.</param>
internal sealed record ResolvedRequest(GenerationRequest Request, IReadOnlyList<Upload> New, (int Width, int Height)? InitSize, IReadOnlyList<FieldError> Errors);

/// <summary>Turns what a request says of its pictures (a data URI, base64, one of the owner's pictures, an upload) into uploads. Stores nothing.</summary>
internal sealed class RequestPictures(PictureUploads uploads, HubDatabase database, IBlobStore blobs)
{
    private const string OfGallery = "picture:";
    private const string OfUploads = "upload:";
    private const string DataUri = "data:";
    private const string Base64Mark = ";base64,";
    private static readonly string Unknown = UploadReference.Of(new string('0', 64));

    /// <summary>The request with uploads in place of all else.</summary>
    public async Task<ResolvedRequest> ResolveAsync(GenerationRequest request, Guid ownerId, CancellationToken cancellationToken)
    {
        var (fresh, errors) = (new List<Upload>(), new List<FieldError>());
        var (init, size) = await OneAsync("init", request.Init);
        var (mask, _) = await OneAsync("mask", request.Mask);
        var (control, _) = await OneAsync("control", request.Control);
        var (depth, deep) = await OneAsync("depth", request.Depth);
        if (size is { } whole && deep is { } depths && depths != whole)
        {
            errors.Add(new FieldError("depth", Text(UploadTexts.DepthSize, depths.Item1, depths.Item2, whole.Item1, whole.Item2)));
        }

        var (map, _) = await OneAsync("map", request.Map);
        return new ResolvedRequest(request with { Init = init, Mask = mask, Control = control, Depth = depth, Map = map }, fresh, size, errors);

        async Task<(string? Reference, (int, int)? Size)> OneAsync(string field, string? said)
        {
            if (said is null)
            {
                return (null, null);
            }

            if (said.StartsWith(OfUploads, StringComparison.Ordinal))
            {
                return await uploads.SizeAsync(said, cancellationToken) is { } known ? (said, known) : Refused(field, Text(UploadTexts.NoUpload, field, Short(said)));
            }

            var (bytes, refusal) = said.StartsWith(OfGallery, StringComparison.Ordinal) ? await OwnAsync(field, said, ownerId, cancellationToken) : Inline(field, said);
            if (bytes is null)
            {
                return Refused(field, refusal!);
            }

            var result = await uploads.ReadAsync(bytes, cancellationToken);
            if (result.Upload is not { } upload)
            {
                return Refused(field, $"{field}: {result.Refusal}");
            }

            fresh.Add(upload);
            return (upload.Reference, (upload.Width, upload.Height));
        }

        (string, (int, int)?) Refused(string field, string message)
        {
            errors.Add(new FieldError(field, message));
            return (Unknown, null);
        }
    }

    private static (byte[]? Bytes, string? Refusal) Inline(string field, string said)
    {
        var text = said.AsSpan();
        if (said.StartsWith(DataUri, StringComparison.OrdinalIgnoreCase))
        {
            var mark = said.IndexOf(Base64Mark, StringComparison.OrdinalIgnoreCase);
            if (mark < 0)
            {
                return (null, Text(UploadTexts.BadDataUri, field));
            }

            text = text[(mark + Base64Mark.Length)..];
        }

        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(text, bytes, out var length) ? (bytes[..length], null)
            : (null, Text(text.Length < said.Length || said.Length > RequestLimits.NameCharacters ? UploadTexts.BadBase64 : UploadTexts.NotAReference, field));
    }

    private async Task<(byte[]? Bytes, string? Refusal)> OwnAsync(string field, string said, Guid ownerId, CancellationToken cancellationToken)
    {
        var key = Guid.TryParse(said.AsSpan(OfGallery.Length), CultureInfo.InvariantCulture, out var id)
            ? await database.RunAsync(
                hub => hub.Pictures.Where(p => p.OwnerId == ownerId && p.Id == id && (p.Standing == PictureStanding.Fine || p.Standing == PictureStanding.Blurred)).Select(p => p.BlobKey).FirstOrDefaultAsync(cancellationToken), cancellationToken)
            : null;
        await using var stream = key is null ? null : blobs.Open(key);
        if (stream is null)
        {
            return (null, Text(UploadTexts.NoPicture, field, Short(said[OfGallery.Length..])));
        }

        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return (bytes, null);
    }

    private static string Short(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
