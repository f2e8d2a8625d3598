using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Shared.People;
using DiffusionHub.Web.Shared.Uploads;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionHub.Web.Features.Api;

/// <summary>Pictures to begin with: given to the hub once, then named in any number of requests.</summary>
internal static class UploadsApi
{
    private const int ThumbnailSide = 512;

    /// <summary>A stored upload as programs see it.</summary>
    internal sealed record Stored(string Reference, int Width, int Height);

    public static void MapUploadsApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/v1/uploads", StoreAsync).DisableAntiforgery().WithMetadata(new DisableRequestSizeLimitAttribute()).RequireAuthorization(Policies.Generate);
        // Who knows the hash has the picture: it cannot be guessed.
        endpoints.MapGet("/uploads/{hash}.png", (string hash, HttpContext http, PictureUploads uploads) =>
            Send(http, uploads.Open(UploadReference.Of(hash)), "image/png")).RequireAuthorization(Policies.Read);
        endpoints.MapGet("/uploads/{hash}/thumbnail.webp", ThumbnailAsync).RequireAuthorization(Policies.Read);
    }

    private static async Task<IResult> StoreAsync(HttpRequest http, PictureUploads uploads, CancellationToken cancellationToken)
    {
        if (await UploadBody.ReadAsync(http) is not { } body)
        {
            return Refused(UploadTexts.NeedsPicture);
        }

        var result = body.Bytes is { } bytes ? await uploads.ReadAsync(bytes, cancellationToken) : UploadResult.Refused(body.Refusal!);
        if (result.Upload is not { } upload)
        {
            return Refused(result.Refusal!);
        }

        await uploads.KeepAsync(upload, cancellationToken);
        return TypedResults.Created($"/uploads/{upload.Reference[(upload.Reference.IndexOf(':', StringComparison.Ordinal) + 1)..]}.png", new Stored(upload.Reference, upload.Width, upload.Height));
    }

    private static async Task<IResult> ThumbnailAsync(string hash, HttpContext http, PictureUploads uploads) =>
        Send(http, await uploads.ThumbnailAsync(UploadReference.Of(hash), ThumbnailSide, http.RequestAborted) is { } webp ? new MemoryStream(webp) : null, "image/webp");

    private static IResult Send(HttpContext http, Stream? stream, string type)
    {
        if (stream is null)
        {
            return TypedResults.NotFound();
        }

        // Its address is its content.
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Stream(stream, type);
    }

    private static ValidationProblem Refused(string message) => Refusal.Of([new FieldError("picture", message)], ApiTexts.UploadRefused);
}
