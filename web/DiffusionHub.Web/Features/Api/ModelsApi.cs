using DiffusionHub.Domain.Models;
using DiffusionHub.Web.Shared.Models;

namespace DiffusionHub.Web.Features.Api;

/// <summary>The models in use, for programs.</summary>
internal static class ModelsApi
{
    public static void MapModelsApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/v1/models", async (ModelCatalogue models, CancellationToken cancellationToken) =>
            TypedResults.Ok<IReadOnlyList<ModelCapabilities>>([.. (await models.ListAsync(cancellationToken)).Where(m => m.Enabled).Select(m => m.Capabilities)]));
}
