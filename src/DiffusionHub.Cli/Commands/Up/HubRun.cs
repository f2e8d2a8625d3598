using System.Collections.Concurrent;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Inference.Devices;
using DiffusionHub.People.Accounts;
using DiffusionHub.Postgres;

namespace DiffusionHub.Cli.Commands.Up;

/// <summary>One run of the whole hub, from the database's start to its stop.</summary>
internal sealed class HubRun(HubSettings settings, ListenAddress listen, TimeProvider time)
{
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WebPatience = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, int> processes = new(StringComparer.Ordinal);
    private readonly DateTimeOffset started = time.GetUtcNow();
    private readonly Lock stateLock = new();
    private int? postgresPort;
    private bool stateFailed;

    /// <summary>Runs until <paramref name="stop"/>, then stops everything in order: workers, web, database.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        WriteState();
        foreach (var folder in new[] { settings.PicturesFolder, settings.ModelsFolder, settings.KeysFolder, settings.LogsFolder })
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using var postgres = settings.Database is null ? await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions(settings.DataFolder), stop) : null;
        postgresPort = postgres?.ServerPort;
        var roles = postgres is null ? DatabaseRoles.Of(settings) : DatabaseRoles.Of(postgres);
        Say(postgres is null ? Text(UpTexts.GivenDatabase, ConnectionStrings.Masked(roles.Application)) : Text(UpTexts.Database, postgres.ServerPort));
        if (await roles.MigrateAsync(stop) is { Count: > 0 } applied)
        {
            Say(Text(UpTexts.Migrated, string.Join(", ", applied)));
        }

        await SaySetupAsync(roles.Application, stop);
        await SuperviseAsync(roles.Application, postgres, stop);
    }

    // A hub that others reach belongs to whoever opens this link first: it is printed here, on the terminal of whoever started it, and nowhere else.
    private async Task SaySetupAsync(string database, CancellationToken stop)
    {
        await using var people = PeopleHost.Open(database, settings);
        if ((settings.Accounts || settings.Hosts.Count > 0 || settings.Proxies.Count > 0 || listen.IsPublic) && !(await people.Get<AccountBook>().ExistAsync(stop)).Admin)
        {
            Say(Text(UpTexts.Setup, listen.Reachable, await people.SetupLinkAsync(stop)));
        }
    }

    private async Task SuperviseAsync(string database, EmbeddedPostgres? postgres, CancellationToken stop)
    {
        var (workerPlans, webPlan) = (WorkerPlans(database).ToList(), WebPlan(database));
        // Each kind is stopped by its own signal, one after the other.
        using var stopWatching = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopWorkers = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopWeb = new CancellationTokenSource();
        using var stopPostgres = new CancellationTokenSource();
        var watch = WatchAsync(stopWatching.Token);
        var workers = Task.WhenAll(workerPlans.Select(plan => Start(plan, stopWorkers.Token)));
        var web = Start(webPlan, stopWeb.Token);
        var server = postgres is null ? Task.Delay(Timeout.Infinite, stopPostgres.Token) : new PostgresSupervisor(postgres, Say, time).RunAsync(stopPostgres.Token);

        // None of them ends by itself: one that does before the stop has met a fault, and half a hub must not live on.
        await Task.WhenAny(watch, workers, web, server);
        Say(UpTexts.Stopping);
        await EndAsync(stopWatching, watch);
        await EndAsync(stopWorkers, workers);
        await EndAsync(stopWeb, web);
        await EndAsync(stopPostgres, server);
        if (postgres is not null)
        {
            await postgres.StopAsync();
        }

        foreach (var faulted in new[] { watch, workers, web, server }.Where(task => task.IsFaulted))
        {
            await faulted;
        }

        Say(UpTexts.Stopped);
    }

    // In order even where one has faulted: its fault is told when everything has ended.
    private static async Task EndAsync(CancellationTokenSource stop, Task task)
    {
        await stop.CancelAsync();
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        await SayReadyAsync(stop);
        await Task.Delay(Timeout.Infinite, stop);
    }

    private Task Start(ChildPlan plan, CancellationToken stop) => new Supervisor(plan, settings.LogsFolder, Say, Started, time).RunAsync(stop);

    private ChildPlan WebPlan(string database) => new("web", Parts.CommandOf("Web"), Variables(database), WebPatience);

    private IEnumerable<ChildPlan> WorkerPlans(string database)
    {
        // One worker a device, unless a number is given; then they take turns at the devices.
        IReadOnlyList<string> devices = settings.Device == Device.Auto ? [.. DeviceReport.OfMachine.Workers.Select(device => device.Name)] : [settings.Device];
        return Enumerable.Range(0, settings.Workers ?? devices.Count).Select(index => new ChildPlan(
            string.Create(CultureInfo.InvariantCulture, $"worker-{index + 1}"),
            Parts.CommandOf("Worker"),
            new Dictionary<string, string>(Variables(database), StringComparer.Ordinal) { [KnownSettings.Device.Variable] = devices[index % devices.Count] },
            WorkerPatience));
    }

    private Dictionary<string, string> Variables(string database) =>
        new((settings with { Database = database, Port = listen.Port }).ToEnvironment(), StringComparer.Ordinal);

    private async Task SayReadyAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = new Uri(listen.Local), Timeout = TimeSpan.FromSeconds(5) };
        while (!await Readiness.AskAsync(client, stop))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, stop);
        }

        Say(Text(UpTexts.Ready, listen.Local));
    }

    private void Started(string name, int process)
    {
        processes[name] = process;
        WriteState();
    }

    // A full disk must not end the hub: it is said once, until the state could be written again.
    private void WriteState()
    {
        lock (stateLock)
        {
            try
            {
                new HubState(Environment.ProcessId, listen.Local, started, postgresPort, processes).Write(settings.DataFolder);
                stateFailed = false;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (!stateFailed)
                {
                    Say(Text(UpTexts.StateFailed, error.Message));
                }

                stateFailed = true;
            }
        }
    }

    private static void Say(string line)
    {
        try
        {
            Console.WriteLine(line);
        }
        catch (IOException)
        {
            // The terminal was closed: nobody reads any more, and the orderly stop that follows is worth more than its messages.
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
