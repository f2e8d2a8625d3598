using System.Globalization;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Rules;
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
        var pictures = endpoints.MapGroup("/api/v1/pictures");
        pictures.MapGet("/", ListAsync).RequireAuthorization(Policies.Read);
        pictures.MapPost("/{id:guid}/share", (Guid id, GalleryPictures gallery, CurrentUser me, CancellationToken cancellationToken) => ShareAsync(id, share: true, gallery, me, cancellationToken))
            .DisableAntiforgery().RequireAuthorization(Policies.Publish);
        // Whoever lost the right to share can still take back what they shared.
        pictures.MapDelete("/{id:guid}/share", (Guid id, GalleryPictures gallery, CurrentUser me, CancellationToken cancellationToken) => ShareAsync(id, share: false, gallery, me, cancellationToken))
            .DisableAntiforgery().RequireAuthorization(Policies.Session);
        // People complain, not programs.
        pictures.MapPost("/{id:guid}/report", ReportAsync).DisableAntiforgery().RequireAuthorization(Policies.Session);
    }

    /// <summary>A complaint as programs send it.</summary>
    /// <param name="Reason">What is wrong with the picture.</param>
    internal sealed record Complaint(string? Reason);

    private static async Task<IResult> ListAsync(Guid? before, int? limit, bool? shared, GalleryPictures gallery, CurrentUser me, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MostAPage)
        {
            return Refusal.Of([new FieldError("limit", string.Format(CultureInfo.InvariantCulture, ApiTexts.LimitRange, MostAPage))]);
        }

        if (shared is not true)
        {
            var own = await gallery.PageAsync(me.Id, before, limit ?? GalleryPictures.PageSize, cancellationToken);
            return TypedResults.Ok(own.Select(p => PictureMessage.From(p)));
        }

        var page = await gallery.SharedPageAsync(before, limit ?? GalleryPictures.PageSize, cancellationToken);
        var names = await gallery.NamesAsync(page, cancellationToken);
        return TypedResults.Ok(page.Select(p => PictureMessage.From(p) with { Maker = names.GetValueOrDefault(p.OwnerId) }));
    }

    private static async Task<IResult> ShareAsync(Guid id, bool share, GalleryPictures gallery, CurrentUser me, CancellationToken cancellationToken) =>
        await gallery.ShareAsync(me.Id, id, share, cancellationToken) is { } changed ? TypedResults.Ok(PictureMessage.From(changed))
        : await gallery.FindAsync(me.Id, id, cancellationToken) is null ? TypedResults.Problem(ApiTexts.NoPicture, statusCode: StatusCodes.Status404NotFound)
        : TypedResults.Problem(ApiTexts.NotShareable, statusCode: StatusCodes.Status409Conflict);

    private static async Task<IResult> ReportAsync(Guid id, Complaint complaint, ReportBook reports, CurrentUser me, CancellationToken cancellationToken)
    {
        try
        {
            return await reports.ReportAsync(me.Actor, id, complaint.Reason, cancellationToken) is { } fault ? Refusal.Of([new FieldError("reason", fault)]) : TypedResults.NoContent();
        }
        catch (KeyNotFoundException)
        {
            return TypedResults.Problem(ApiTexts.NoPicture, statusCode: StatusCodes.Status404NotFound);
        }
    }
}

/// <summary>A picture as programs see it.</summary>
internal sealed record PictureMessage(Guid Id, long JobId, Guid GroupId, string Model, string Prompt, long Seed, int Width, int Height, long Bytes,
    DateTimeOffset CreatedAt, string Url, string ThumbnailUrl, DateTimeOffset? SharedAt, string Standing, string? StandingReason)
{
    /// <summary>Its maker's name, among shared pictures.</summary>
    public string? Maker { get; init; }

    public static PictureMessage From(Picture p) => new(p.Id, p.JobId, p.GroupId, p.Model, p.Prompt, p.Seed, p.Width, p.Height, p.Bytes, p.CreatedAt,
        $"/pictures/{p.Id}.png", $"/pictures/{p.Id}/thumbnail.webp", p.SharedAt, p.Standing, p.StandingReason);
}

/// <summary>Sends a picture's file to whoever may see it. One's own never changes, so a browser keeps it; whether one still sees another's is asked each time.</summary>
internal sealed class PictureFiles(GalleryPictures pictures, IBlobStore blobs, CurrentUser me)
{
    public async Task<IResult> SendAsync(Guid id, Func<Picture, string> key, string type, bool download, HttpContext http)
    {
        var picture = await pictures.FindVisibleAsync(me, id, http.RequestAborted);
        if (picture is null || !PictureAccess.ShowsFile(picture, GalleryPictures.Moderates(me)) || blobs.Open(key(picture)) is not { } stream)
        {
            return TypedResults.NotFound();
        }

        http.Response.Headers.CacheControl = picture.OwnerId == me.Id && picture.Standing != PictureStanding.Held ? "private, max-age=31536000, immutable" : "private, no-cache";
        var name = download ? $"{picture.Model}-{picture.Seed}-{picture.Id.ToString("N")[^8..]}.png" : null;
        return TypedResults.Stream(stream, type, name, picture.CreatedAt, enableRangeProcessing: true);
    }
}
