using DiffusionHub.Data;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Data.Settings;
using DiffusionHub.Queue;
using DiffusionHub.Telemetry;
using DiffusionHub.Web.Features.Accounts;
using DiffusionHub.Web.Features.Admin.Audit;
using DiffusionHub.Web.Features.Admin.Models;
using DiffusionHub.Web.Features.Api;
using DiffusionHub.Web.Features.Gallery;
using DiffusionHub.Web.Features.Moderation;
using DiffusionHub.Web.Features.Health;
using DiffusionHub.Web.Hubs;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.Housekeeping;
using DiffusionHub.Web.Shared.Jobs;
using DiffusionHub.Web.Shared.Models;
using DiffusionHub.Web.Shared.Net;
using DiffusionHub.Web.Shared.Net.Limits;
using DiffusionHub.Web.Shared.People;
using DiffusionHub.Web.Shared.Ui;
using DiffusionHub.Web.Shared.Uploads;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Radzen;

namespace DiffusionHub.Web;

/// <summary>Puts a web node together. It is stateless: any number may run on one database and one picture store.</summary>
internal static class WebProgram
{
    private const int LargestMessage = 1024 * 1024;

    /// <summary>Builds the node for these settings; the caller runs it.</summary>
    public static WebApplication Build(string[] args, HubSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureHub(settings);
        builder.Configuration.IgnoreForwardedFromAnybody();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Information);
        // What goes wrong in the database reaches us as an exception; said once is enough.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical);
        // Its starts and stops are not news; what a chore does is on the admin page.
        builder.Logging.AddFilter("Quartz", LogLevel.Error);
        // The key ring lies in a folder of 0700; there is no other key at hand to lock it with.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        AddServices(builder.Services, settings);

        var app = builder.Build();
        if (TelemetryExport.Start(settings.Telemetry, "web", $"{Environment.MachineName}-{Environment.ProcessId}") is { } export)
        {
            app.Lifetime.ApplicationStopped.Register(export.Dispose);
        }

        app.UseSecurityHeaders();
        app.UseProxies(settings);
        app.UseExceptionHandler();
        app.UseWordsForEmptyAnswers();
        app.UseHostGuard(settings);
        app.UseSameOriginGuard();
        app.UseResponseCompression();
        app.UseDoorLimits();
        // Who asks is read first, and only once; before anything is done for him, he is held to his limits.
        app.UseWebPeople();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapBlazorScript();
        app.MapHealthApi();
        app.MapJobsApi();
        app.MapModelsApi();
        app.MapPicturesApi();
        app.MapUploadsApi();
        app.MapModelThumbnails();
        app.MapAccounts();
        app.MapAuditExport();
        app.Map("/api/{**rest}", () => TypedResults.Problem(ApiTexts.NoAddress, statusCode: StatusCodes.Status404NotFound)).DisableAntiforgery().RequireAuthorization(Policies.Read);
        app.MapHub<JobsHub>("/hubs/jobs");
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    /// <summary>What the node is made of.</summary>
    internal static void AddServices(IServiceCollection services, HubSettings settings)
    {
        var connection = settings.Database ?? throw new SettingsException([Shared.WebTexts.NoDatabase]);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(_ => QueueDatabase.Open(connection, "hub web"));
        services.AddDbContextFactory<HubDbContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<IBlobStore>(new FolderBlobStore(settings.PicturesFolder));
        services.AddSingleton(provider => new Notifier(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton(provider => new JobQueue(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<Notifier>()));
        services.AddSingleton(provider => new QueueListener(provider.GetRequiredService<NpgsqlDataSource>(), [Notifier.ChangedChannel]));

        services.AddWebPeople();
        services.AddAccountPages();
        services.AddSingleton<HubDatabase>();
        services.AddSingleton<ModelCatalogue>();
        services.AddSingleton<PictureUploads>();
        services.AddSingleton<RequestPictures>();
        services.AddSingleton(new ModelThumbnails(settings));
        services.AddSingleton<JobSubmission>();
        services.AddSingleton<GalleryPictures>();
        services.AddSingleton<WaitingPictures>();
        services.AddScoped<PictureFiles>();
        services.AddSingleton<PrerenderHandoff>();
        services.AddSingleton<JobFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<JobFeed>());

        services.AddHousekeeping();

        services.AddDataProtection().SetApplicationName("DiffusionHub").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.KeysFolder, "web")));
        services.AddProblemDetails();
        services.AddExceptionHandler<DatabaseAwayHandler>().AddExceptionHandler<BrokenHandler>();
        services.AddHubLimits();
        services.AddResponseCompression();
        services.AddSignalR(options => options.MaximumReceiveMessageSize = LargestMessage).AddHubOptions<JobsHub>(options => options.AddFilter<PersonHubFilter>());
        services.AddRadzenComponents();
        // A pasted prompt must arrive whole, also one that is too long: the form then says so.
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(options => options.MaximumReceiveMessageSize = LargestMessage);
    }
}
