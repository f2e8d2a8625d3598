using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>
/// What all graphs of a process share: one thread pool and one memory arena, so that a pipeline's graphs, which run one after another,
/// neither compete for cores nor keep scratch memory each for itself.
/// </summary>
public static class InferenceRuntime
{
    private static readonly Lazy<OrtEnv> Environment = new(Create);
    private static readonly SemaphoreSlim Device = new(1);
    private static int threads = System.Environment.ProcessorCount;

    /// <summary>Threads of the pool; by default one a core. Settable until the first graph is loaded.</summary>
    /// <exception cref="InvalidOperationException">A graph was loaded already.</exception>
    public static int Threads
    {
        get => threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            if (Environment.IsValueCreated && value != threads)
            {
                throw new InvalidOperationException("The number of inference threads is fixed once a graph is loaded.");
            }

            threads = value;
        }
    }

    /// <summary>Version of ONNX Runtime.</summary>
    public static string Version => Environment.Value.GetVersionString();

    /// <summary>Waits until no other graph runs: two at once would only slow each other down. The turn ends when it is disposed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    internal static Turn TakeTurn(CancellationToken cancellation)
    {
        if (!Device.Wait(0, cancellation))
        {
            var waited = Stopwatch.GetTimestamp();
            Device.Wait(cancellation);
            DeviceStopwatch.Exclude(Stopwatch.GetElapsedTime(waited));
        }

        return new Turn(Device);
    }

    internal static SessionOptions CpuSession()
    {
        _ = Environment.Value;
        var options = new SessionOptions();
        options.DisablePerSessionThreads();
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        // Weights live outside the arena, which would round them up and keep them.
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        return options;
    }

    private static OrtEnv Create()
    {
        using var pool = new OrtThreadingOptions { GlobalIntraOpNumThreads = threads, GlobalInterOpNumThreads = 1 };
        // Errors come back as exceptions with the same text; printed as well they would end up in the middle of a terminal.
        var options = new EnvironmentCreationOptions { logId = "hub", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, threadOptions = pool };
        var environment = OrtEnv.CreateInstanceWithOptions(ref options);

        // Extend by what is asked for (1) instead of by powers of two; -1 keeps a default.
        using var arena = new OrtArenaCfg(0, 1, -1, -1);
        environment.CreateAndRegisterAllocator(OrtMemoryInfo.DefaultInstance, arena);
        return environment;
    }

    /// <summary>A graph's turn on the device.</summary>
    internal readonly ref struct Turn(SemaphoreSlim device)
    {
        /// <summary>The next one has its turn.</summary>
        public void Dispose() => device.Release();
    }
}
