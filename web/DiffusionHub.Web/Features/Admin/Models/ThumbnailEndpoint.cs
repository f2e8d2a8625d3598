using DiffusionHub.Web.Shared.Models;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Admin.Models;

/// <summary>The small pictures of models.</summary>
internal static class ThumbnailEndpoint
{
    public static void MapModelThumbnails(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/models/{name}/thumbnail.webp", IResult (string name, HttpContext http, ModelThumbnails thumbnails) =>
        {
            if (thumbnails.PathOf(name) is not { } path)
            {
                return TypedResults.NotFound();
            }

            http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
            return TypedResults.PhysicalFile(path, "image/webp");
        }).RequireAuthorization(Policies.Read);
}
