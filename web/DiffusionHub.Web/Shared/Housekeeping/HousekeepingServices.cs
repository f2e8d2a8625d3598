using DiffusionHub.Web.Shared.Housekeeping.Chores;

namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>The chores of a web node.</summary>
internal static class HousekeepingServices
{
    /// <summary>Registers chores and clock, and starts the clock with the node.</summary>
    public static void AddHousekeeping(this IServiceCollection services)
    {
        services.AddSingleton<Queue.Housekeeping>();
        services.AddSingleton<IChore, StatisticsChore>();
        services.AddSingleton<IChore, JobsChore>();
        services.AddSingleton<IChore, EventsChore>();
        services.AddSingleton<IChore, ProgressChore>();
        services.AddSingleton<IChore, PicturesChore>();
        services.AddSingleton<IChore, UploadsChore>();
        services.AddSingleton<IChore, SnapshotChore>();
        services.AddChoreClock($"{Environment.MachineName}-{Guid.NewGuid():N}");
        services.AddHostedService(provider => provider.GetRequiredService<ChoreClock>());
    }
}
