using System.Diagnostics;
using System.Globalization;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Cuda;
using DiffusionHub.Inference.Kernels;
using DiffusionHub.Inference.Profiles;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>
/// What all graphs of a process share: one thread pool and one memory arena, so that a pipeline's graphs, which run one after another,
/// neither compete for cores nor keep scratch memory each for itself.
/// </summary>
public static class InferenceRuntime
{
    private static readonly Lazy<OrtEnv> Environment = new(Create);
    private static readonly SemaphoreSlim Busy = new(1);
    private static int threads = System.Environment.ProcessorCount;
    private static Device device = Device.Cpu;
    private static bool deviceTaken;

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

    /// <summary>What times the kernels of graphs that are loaded from now on; null: nothing does.</summary>
    public static RuntimeProfile? Profile { get; set; }

    /// <summary>Where graphs are loaded that are not told otherwise; by default the processor. Settable until the first graph is loaded.</summary>
    /// <exception cref="DeviceException">It cannot be used on this machine.</exception>
    /// <exception cref="InvalidOperationException">A graph was loaded on another one already.</exception>
    public static Device Device
    {
        get => device;
        set
        {
            DeviceCheck.Require(value);
            if (deviceTaken && value != device)
            {
                throw new InvalidOperationException(string.Format(CultureInfo.InvariantCulture, DeviceTexts.Fixed, device));
            }

            device = value;
        }
    }

    /// <summary>The numbers that graphs calculate with that are written from now on and are not told otherwise.</summary>
    public static Precision Precision { get; set; }

    /// <summary>How graphs that are loaded from now on use NVIDIA GPUs.</summary>
    public static CudaSettings Cuda { get; set; } = CudaSettings.Default;

    /// <summary>Version of ONNX Runtime.</summary>
    public static string Version => Environment.Value.GetVersionString();

    /// <summary>Waits until no other graph runs: two at once would only slow each other down. The turn ends when it is disposed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    internal static Turn TakeTurn(CancellationToken cancellation)
    {
        if (!Busy.Wait(0, cancellation))
        {
            var waited = Stopwatch.GetTimestamp();
            Busy.Wait(cancellation);
            DeviceStopwatch.Exclude(Stopwatch.GetElapsedTime(waited));
        }

        return new Turn(Busy);
    }

    /// <summary>Options of a session on <paramref name="where"/>.</summary>
    internal static SessionOptions Session(Device where, CudaSettings? cuda = null)
    {
        _ = Environment.Value;
        deviceTaken |= where == device;
        if (where != device)
        {
            DeviceCheck.Require(where);
        }

        var options = new SessionOptions();
        options.DisablePerSessionThreads();
        options.AddSessionConfigEntry("session.use_env_allocators", "1");
        // Weights live outside the arena, which would round them up and keep them.
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        try
        {
            HubOperators.AddTo(options);
            DeviceProviders.Add(options, where, cuda ?? Cuda);
            return options;
        }
        catch (DeviceException)
        {
            options.Dispose();
            throw;
        }
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
