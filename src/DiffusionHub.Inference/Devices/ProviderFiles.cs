namespace DiffusionHub.Inference.Devices;

/// <summary>The files of ONNX Runtime's providers, which it looks for beside its own library.</summary>
internal static class ProviderFiles
{
    private const string Runtime = "libonnxruntime.so";
    private const string Shared = "libonnxruntime_providers_shared.so";

    /// <summary>Those of CUDA.</summary>
    public static readonly string[] Cuda = [Shared, "libonnxruntime_providers_cuda.so"];

    /// <summary>Those of TensorRT, which runs what it cannot do itself through CUDA.</summary>
    public static readonly string[] TensorRt = [.. Cuda, "libonnxruntime_providers_tensorrt.so"];

    /// <summary>Where the runtime's own library lies: beside the program, or where NuGet puts it.</summary>
    public static string Folder
    {
        get
        {
            var packaged = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
            return File.Exists(Path.Combine(packaged, Runtime)) ? packaged : AppContext.BaseDirectory;
        }
    }

    /// <summary>Which of <paramref name="files"/> are not in <paramref name="folder"/>.</summary>
    public static IReadOnlyList<string> Missing(string folder, IEnumerable<string> files) => [.. files.Where(file => !File.Exists(Path.Combine(folder, file)))];
}
