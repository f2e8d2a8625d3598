namespace DiffusionHub.Security;

/// <summary>Every endpoint of the web node and what it needs. One that is not here fails <see cref="MatrixTests"/>: say here who may call it.</summary>
internal static class Matrix
{
    private static readonly (Need Need, string[] Endpoints)[] Table =
    [
        (Need.Nothing, [
            "GET /health/live", "GET /health/ready", "GET /_framework/blazor.web.js",
            .. Page("/account/sign-in"), .. Page("/account/second-factor"), .. Page("/account/join"), .. Page("/account/reset"), .. Page("/setup"), .. Page("/not-found"),
        ]),
        (Need.Read, [
            "GET /_blazor", "GET /_blazor/disconnect/", "GET /_blazor/initializers/", "GET /_blazor/negotiate", "GET /_framework/opaque-redirect",
            "GET /hubs/jobs", "GET /hubs/jobs/negotiate", "GET /api/{**rest}", "GET /{**path:file}", "HEAD /{**path:file}", // Blazor’s: files that are not there
            "GET /api/v1/jobs/{jobId:long}", "GET /api/v1/models", "GET /api/v1/assets", "GET /api/v1/pictures/",
            "GET /pictures/{id:guid}.png", "GET /pictures/{id:guid}/thumbnail.webp", "GET /models/{name}/thumbnail.webp", "GET /uploads/{hash}.png", "GET /uploads/{hash}/thumbnail.webp",
        ]),
        (Need.Generate, ["POST /api/v1/jobs/", "DELETE /api/v1/jobs/{jobId:long}", "POST /api/v1/uploads"]),
        (Need.Publish, ["POST /api/v1/pictures/{id:guid}/share"]),
        (Need.Session, ["DELETE /api/v1/pictures/{id:guid}/share", "POST /api/v1/pictures/{id:guid}/report", "POST /account/sign-out",
            .. Page("/"), .. Page("/gallery"), .. Page("/gallery/{PictureId:guid}"), .. Page("/gallery/shared"), .. Page("/gallery/shared/{PictureId:guid}"),
        ]),
        (Need.ModeratorsPage, [.. Page("/admin"), .. Page("/admin/moderation")]),
        (Need.AdminsPage, [
            .. Page("/admin/queue"), .. Page("/admin/lanes"), .. Page("/admin/people"), .. Page("/admin/roles"), .. Page("/admin/health"), .. Page("/admin/workers"),
            .. Page("/admin/models"), .. Page("/admin/housekeeping"), .. Page("/admin/audit"), .. Page("/admin/rules"),
        ]),
        (Need.Admin, ["GET /admin/audit.csv"]),
    ];

    public static IReadOnlyDictionary<string, Need> Endpoints { get; } = Table.SelectMany(t => t.Endpoints.Select(e => (e, t.Need))).ToDictionary(x => x.e, x => x.Need, StringComparer.Ordinal);

    // Pages take GET and, for forms, POST.
    private static string[] Page(string path) => [$"GET {path}", $"POST {path}"];
}
