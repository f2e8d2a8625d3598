using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Migrations;
using DiffusionHub.Queue;
using DiffusionHub.Tests;
using Npgsql;
using Xunit;

namespace DiffusionHub.Web.Tests;

/// <summary>A web node as the process that it is, on a migrated database of its own in which a worker has announced sprout. No worker runs.</summary>
public class WebFixture : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-web-").FullName;
    private readonly StringBuilder _output = new();
    private readonly List<(string Part, TaskCompletionSource Said)> _waiters = [];
    private Process? _process;
    private DatabaseLine? _line;
    private NpgsqlDataSource? _database;

    /// <summary>Where the node answers.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>A client without any browser's headers.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>All that the node has written to its terminal.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Waits until the node has written that to its terminal.</summary>
    public async Task SaidAsync(string part)
    {
        Task said;
        lock (_output)
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((part, waiter));
            said = Output.Contains(part, StringComparison.Ordinal) ? Task.CompletedTask : waiter.Task;
        }

        await said.WaitAsync(Deadline);
    }

    /// <summary>Settings that it is started with besides.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal string PicturesFolder => Path.Combine(_folder, "pictures");

    internal DatabaseLine Line => _line!;

    internal JobQueue Queue { get; private set; } = null!;

    internal NpgsqlDataSource Database => _database!;

    /// <summary>The node's data folder.</summary>
    internal string Folder => _folder;

    /// <summary>The node's database, without the line in between.</summary>
    protected string ConnectionString { get; private set; } = "";

    public virtual async ValueTask InitializeAsync()
    {
        var connectionString = ConnectionString = await TestServer.NewDatabaseAsync();
        await HubMigrator.MigrateAsync(TestServer.OwnerOf(connectionString), TestServer.Role);
        _database = QueueDatabase.Open(connectionString, "tests");
        Queue = new JobQueue(_database);
        // No worker runs here: its jobs wait.
        await Queue.SetLimitsAsync(refuseUnrunnable: false);
        await using (var announce = _database.CreateCommand("INSERT INTO hub.model (name, kind, family, capabilities) VALUES ('sprout', 'model', 'StableDiffusion', $1::jsonb), ('moss', 'lora', '', $2::jsonb), ('oak-bark', 'lora', '', $3::jsonb)"))
        {
            announce.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(Make.Model, RequestJson.Default.ModelCapabilities) });
            announce.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(Make.Moss, RequestJson.Default.ModelAsset) });
            announce.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(Make.Moss with { Name = "oak-bark", Fits = ["StableDiffusionXl"] }, RequestJson.Default.ModelAsset) });
            await announce.ExecuteNonQueryAsync();
        }

        _line = new DatabaseLine(connectionString);
        Address = await StartAsync(_line.ConnectionString);
        Http.BaseAddress = Address;
    }

    /// <summary>How many jobs there are and ever were.</summary>
    public async Task<long> JobsAsync()
    {
        await using var count = Database.CreateCommand("SELECT (SELECT count(*) FROM queue.job) + (SELECT count(*) FROM queue.outcome)");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>A worker that has sprout and lives, until the test unregisters it, however slow that is; it claims nothing.</summary>
    internal async Task<WorkerIdentity> WorkerAsync()
    {
        var worker = await new WorkerRegistry(Database, Queue.Notifier).RegisterAsync(new WorkerDescription(Guid.CreateVersion7(), "w", "here", 1, "cpu", ["sprout"]));
        await using var live = Database.CreateCommand("UPDATE queue.worker SET lease_until = now() + interval '1 hour'");
        await live.ExecuteNonQueryAsync();
        return worker;
    }

    public virtual async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        if (_line is not null)
        {
            await _line.DisposeAsync();
            await Queue.DisposeAsync();
            await _database!.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<Uri> StartAsync(string database)
    {
        // …/bin/DiffusionHub.Web.Tests/release/ → …/bin/DiffusionHub.Web/release/DiffusionHub.Web.dll
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.Combine(here.Parent!.Parent!.FullName, "DiffusionHub.Web", here.Name, "DiffusionHub.Web.dll");
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            EnableRaisingEvents = true,
            StartInfo = new ProcessStartInfo("dotnet", [program])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder,
                Environment = { ["HUB_DATA"] = _folder, ["HUB_DATABASE"] = database, ["HUB_PORT"] = "0", ["HUB_LISTEN"] = "127.0.0.1" },
            },
        };
        foreach (var (name, value) in Settings)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, e) => Heard(e.Data, listening);
        _process.ErrorDataReceived += (_, e) => Heard(e.Data, listening);
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The web ended: {_output}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        return await listening.Task.WaitAsync(Deadline);
    }

    private void Heard(string? line, TaskCompletionSource<Uri> listening)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
            _waiters.FindAll(w => line.Contains(w.Part, StringComparison.Ordinal)).ForEach(w => w.Said.TrySetResult());
        }

        if (line.StartsWith("Listening: ", StringComparison.Ordinal))
        {
            listening.TrySetResult(new Uri(line["Listening: ".Length..]));
        }
    }
}
