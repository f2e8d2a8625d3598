using System.Runtime.InteropServices;
using DiffusionHub.Data.Settings;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Worker;
using Microsoft.Extensions.Logging;

// Exit codes as everywhere in the hub: 0 done, 1 failed, 2 wrong settings.
HubSettings settings;
try
{
    settings = HubSettings.Load();
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

if (settings.Database is not { } database)
{
    await Console.Error.WriteLineAsync(WorkerTexts.NoDatabase);
    return 2;
}

if (settings.WorkerThreads > 0)
{
    InferenceRuntime.Threads = settings.WorkerThreads;
}

try
{
    InferenceRuntime.Device = Device.Of(settings.Device);
    InferenceRuntime.Precision = WorkerPrecision.Of(settings.Precision, InferenceRuntime.Device);
}
catch (DeviceException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

var level = Enum.TryParse<LogLevel>(Environment.GetEnvironmentVariable("HUB_LOG"), ignoreCase: true, out var wanted) ? wanted : LogLevel.Information;
using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(level).AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
    console.UseUtcTimestamp = true;
}));
var logger = loggers.CreateLogger("Worker");
using var stopping = new CancellationTokenSource();
using var impatient = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
Supervised.StopWhenParentEnds(stopping.Cancel);

try
{
    return await new WorkerProcess(settings, database, logger).RunAsync(stopping.Token, impatient.Token);
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 0;
}
catch (InferenceException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (Exception e)
{
    // The process boundary: whoever supervises starts it again.
    logger.Broken(e);
    return 1;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    // Asked twice: the job in hand is given back at once.
    (stopping.IsCancellationRequested ? impatient : stopping).Cancel();
}
