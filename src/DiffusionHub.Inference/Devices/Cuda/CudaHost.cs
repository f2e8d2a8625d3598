namespace DiffusionHub.Inference.Devices.Cuda;

/// <summary>What a machine has for NVIDIA GPUs.</summary>
/// <param name="Driver">The driver, or null.</param>
/// <param name="Missing">Files of ONNX Runtime's CUDA provider that are not there.</param>
/// <param name="Folder">Where those are looked for: beside the runtime's own library.</param>
/// <param name="Unfound">The first of CUDA's libraries that cannot be loaded, or null.</param>
/// <param name="Searched">The folders where that was looked for, beside the system's own.</param>
internal sealed record CudaHost(CudaDriver? Driver, IReadOnlyList<string> Missing, string Folder, string? Unfound, IReadOnlyList<string> Searched)
{
    /// <summary>CUDA's libraries in the order in which they need one another: those that the provider names, and cuDNN, which it loads later.</summary>
    internal static readonly string[] Libraries = ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudnn.so.9"];

    // cuDNN compiles kernels with it; without it, it takes others.
    private const string Compiler = "libnvrtc.so.13";

    private static readonly Lazy<CudaHost> Machine = new(Read);

    /// <summary>This machine's, looked at once.</summary>
    public static CudaHost OfMachine => Machine.Value;

    private static CudaHost Read()
    {
        var folder = ProviderFiles.Folder;
        var missing = ProviderFiles.Missing(folder, ProviderFiles.Cuda);
        if (CudaDriver.Read() is not { Fault: 0, Devices.Count: > 0 } driver || missing.Count > 0)
        {
            return new CudaHost(CudaDriver.Read(), missing, folder, null, []);
        }

        var folders = CudaSearch.Folders(Environment.GetEnvironmentVariable);
        _ = CudaSearch.Load(Compiler, folders);
        return new CudaHost(driver, missing, folder, Array.Find(Libraries, name => CudaSearch.Load(name, folders) is null), folders);
    }
}
