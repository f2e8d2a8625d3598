using System.Globalization;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Web.Features.Gallery;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Api;

/// <summary>Pictures: the files themselves, and the list for programs.</summary>
internal static class PicturesApi
{
    private const int MostAPage = 200;

    public static void MapPicturesApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/pictures/{id:guid}.png", (Guid id, bool? download, HttpContext http, PictureFiles files) =>
            files.SendAsync(id, p => p.BlobKey, "image/png", download is true, http)).RequireAuthorization(Policies.Read);
        endpoints.MapGet("/pictures/{id:guid}/thumbnail.webp", (Guid id, HttpContext http, PictureFiles files) =>
            files.SendAsync(id, p => p.ThumbnailKey, "image/webp", download: false, http)).RequireAuthorization(Policies.Read);
        endpoints.MapGet("/api/v1/pictures", ListAsync).RequireAuthorization(Policies.Read);
    }

    private static async Task<IResult> ListAsync(Guid? before, int? limit, GalleryPictures gallery, CurrentUser me, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MostAPage)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                ["limit"] = [string.Format(CultureInfo.InvariantCulture, ApiTexts.LimitRange, MostAPage)],
            });
        }

        var page = await gallery.PageAsync(me.Id, before, limit ?? GalleryPictures.PageSize, cancellationToken);
        return TypedResults.Ok(page.Select(PictureMessage.From));
    }
}

/// <summary>A picture as programs see it.</summary>
internal sealed record PictureMessage(Guid Id, long JobId, Guid GroupId, string Model, string Prompt, long Seed, int Width, int Height, long Bytes,
    DateTimeOffset CreatedAt, string Url, string ThumbnailUrl)
{
    public static PictureMessage From(Picture p) => new(p.Id, p.JobId, p.GroupId, p.Model, p.Prompt, p.Seed, p.Width, p.Height, p.Bytes, p.CreatedAt,
        $"/pictures/{p.Id}.png", $"/pictures/{p.Id}/thumbnail.webp");
}

/// <summary>Sends a picture's file to its owner. A picture never changes, so a browser keeps it.</summary>
internal sealed class PictureFiles(GalleryPictures pictures, IBlobStore blobs, CurrentUser me)
{
    public async Task<IResult> SendAsync(Guid id, Func<Picture, string> key, string type, bool download, HttpContext http)
    {
        var picture = await pictures.FindAsync(me.Id, id, http.RequestAborted);
        if (picture is null || blobs.Open(key(picture)) is not { } stream)
        {
            return TypedResults.NotFound();
        }

        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        var name = download ? $"{picture.Model}-{picture.Seed}-{picture.Id.ToString("N")[^8..]}.png" : null;
        return TypedResults.Stream(stream, type, name, picture.CreatedAt, enableRangeProcessing: true);
    }
}
