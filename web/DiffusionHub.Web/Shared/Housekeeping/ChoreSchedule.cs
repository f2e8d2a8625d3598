using Quartz;

namespace DiffusionHub.Web.Shared.Housekeeping;

/// <summary>Puts chores into the clock and says how the clock is kept.</summary>
internal static class ChoreSchedule
{
    // Every node asks the database this often what is due: an idle hub should be quiet, and nothing here is urgent.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(20);

    /// <summary>Registers the clock of this node.</summary>
    /// <param name="services">Where a <see cref="Npgsql.NpgsqlDataSource"/> is.</param>
    /// <param name="instance">Name of this node among all, unlike any other.</param>
    public static void AddChoreClock(this IServiceCollection services, string instance)
    {
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "hub";
                options.InstanceId = instance;
                options.IdleWaitTime = Idle;
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            // One at a time on a node: they share disk and database with everything else.
            quartz.UseDefaultThreadPool(1);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(source => source.DataSourceFactory = provider => provider.GetRequiredService<Npgsql.NpgsqlDataSource>());
                store.UseSystemTextJsonSerializer();
                store.ConfigureStore(options => options.TablePrefix = "quartz.");
                store.UseClustering(options => options.CheckinInterval = CheckIn);
            });
            quartz.AddJobType<ChoreJob>();
        });
        services.AddSingleton<ChoreRunner>();
        services.AddSingleton<ChoreClock>();
    }

    /// <summary>Puts a chore into the clock, or corrects its time; one that is switched off stays so.</summary>
    public static async Task PutAsync(IScheduler scheduler, IChore chore, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(chore.Name);
        var trigger = TriggerBuilder.Create().WithIdentity(key).ForJob(new JobKey(chore.Name))
            // What was missed while no node was there is made up for once.
            .WithSchedule(CronScheduleBuilder.Create(chore.Cron).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
        if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger known)
        {
            if (!string.Equals(known.CronExpressionString, chore.Cron, StringComparison.Ordinal))
            {
                var off = await scheduler.GetTriggerState(key, cancellationToken) is TriggerState.Paused;
                await scheduler.RescheduleJob(key, trigger, cancellationToken);
                if (off)
                {
                    await scheduler.PauseTrigger(key, cancellationToken);
                }
            }

            return;
        }

        try
        {
            var job = JobBuilder.Create<ChoreJob>().WithIdentity(chore.Name).StoreDurably().Build();
            await scheduler.ScheduleJob(job, trigger, cancellationToken: cancellationToken);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Another node began at the same moment.
        }
    }
}
