using System.Collections.Concurrent;
using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Cli.Supervision;
using DiffusionHub.Data.Settings;
using DiffusionHub.Migrations;
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
        var database = postgres?.ConnectionString ?? settings.Database!;
        if (postgres is null)
        {
            await DatabaseServer.CheckAsync(database, stop);
        }

        Say(postgres is null ? Text(UpTexts.GivenDatabase, ConnectionStrings.Masked(database)) : Text(UpTexts.Database, postgres.ServerPort));
        if (await HubMigrator.MigrateAsync(database, stop) is { Count: > 0 } applied)
        {
            Say(Text(UpTexts.Migrated, string.Join(", ", applied)));
        }

        await SuperviseAsync(database, postgres, stop);
    }

    private async Task SuperviseAsync(string database, EmbeddedPostgres? postgres, CancellationToken stop)
    {
        // Each kind is stopped by its own signal, one after the other.
        using var stopWorkers = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopWeb = new CancellationTokenSource();
        using var stopPostgres = new CancellationTokenSource();
        var workers = WorkerPlans(database).Select(plan => Start(plan, stopWorkers.Token)).ToList();
        var web = Start(WebPlan(database), stopWeb.Token);
        var server = postgres is null ? Task.CompletedTask : new PostgresSupervisor(postgres, Say, time).RunAsync(stopPostgres.Token);
        try
        {
            await SayReadyAsync(stop);
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Say(UpTexts.Stopping);
        }
        finally
        {
            await stopWorkers.CancelAsync();
            await Task.WhenAll(workers);
            await stopWeb.CancelAsync();
            await web;
            await stopPostgres.CancelAsync();
            await server;
        }

        if (postgres is not null)
        {
            await postgres.StopAsync();
        }

        Say(UpTexts.Stopped);
    }

    private Task Start(ChildPlan plan, CancellationToken stop) => new Supervisor(plan, settings.LogsFolder, Say, Started, time).RunAsync(stop);

    private ChildPlan WebPlan(string database) => new("web", Parts.CommandOf("Web"), Variables(database), WebPatience);

    private IEnumerable<ChildPlan> WorkerPlans(string database)
    {
        // One worker a device; this machine's only device so far is its processor.
        var count = settings.Workers ?? 1;
        var variables = Variables(database);
        return Enumerable.Range(1, count).Select(number =>
            new ChildPlan(string.Create(CultureInfo.InvariantCulture, $"worker-{number}"), Parts.CommandOf("Worker"), variables, WorkerPatience));
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

    private void WriteState()
    {
        lock (stateLock)
        {
            new HubState(Environment.ProcessId, listen.Local, started, postgresPort, processes).Write(settings.DataFolder);
        }
    }

    private static void Say(string line) => Console.WriteLine(line);

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
