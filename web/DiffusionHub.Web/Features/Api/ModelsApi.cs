using DiffusionHub.Domain.Models;
using DiffusionHub.Web.Shared.Models;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Api;

/// <summary>The models in use and what goes with them, for programs.</summary>
internal static class ModelsApi
{
    public static void MapModelsApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/v1/models", async (ModelCatalogue models, CurrentUser me, CancellationToken cancellationToken) =>
            TypedResults.Ok((await models.ReadAsync(cancellationToken)).ModelsFor(me.Person))).RequireAuthorization(Policies.Read);
        endpoints.MapGet("/api/v1/assets", async (string? kind, ModelCatalogue models, CancellationToken cancellationToken) =>
            TypedResults.Ok<IReadOnlyList<ModelAsset>>([.. (await models.AssetsAsync(cancellationToken)).Where(a => kind is null || a.Kind == kind)])).RequireAuthorization(Policies.Read);
    }
}
