using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Devices.Cuda;

/// <summary>
/// Finds NVIDIA's libraries. A library that is loaded here is found by ONNX Runtime's provider under its name, so that none of their folders need be
/// on the system's own path: pip's packages have one folder each.
/// </summary>
internal static class CudaSearch
{
    /// <summary>The variable that adds folders, separated by colons.</summary>
    public const string Variable = "HUB_CUDA_PATH";

    /// <summary>The driver's library.</summary>
    public const string DriverName = "libcuda.so.1";

    // Container runtimes and Windows' Linux mount the driver there.
    private static readonly string[] DriverFolders = ["/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/usr/lib/wsl/lib"];

    private static readonly string[] Pythons = ["/usr/local/lib", "/usr/lib", "/opt/venv/lib"];
    private static readonly string[] Packages = ["site-packages", "dist-packages"];

    /// <summary>Loads the driver's library; null where there is none.</summary>
    public static nint? Driver() => Load(DriverName, DriverFolders);

    /// <summary>Loads a library: from the folders first, else from where the system looks. Null where it is nowhere.</summary>
    public static nint? Load(string name, IReadOnlyList<string> folders)
    {
        foreach (var path in folders.Select(folder => Path.Combine(folder, name)).Append(name))
        {
            if ((path == name || File.Exists(path)) && NativeLibrary.TryLoad(path, out var handle))
            {
                return handle;
            }
        }

        return null;
    }

    /// <summary>The folders of CUDA's libraries: those of <see cref="Variable"/> and <c>LD_LIBRARY_PATH</c>, then the usual ones.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static IReadOnlyList<string> Folders(Func<string, string?> variable)
    {
        var named = Split(variable(Variable)).SelectMany(Inside);
        var linked = Split(variable("LD_LIBRARY_PATH"));
        var usual = Below("/usr/local", "cuda*").SelectMany(Inside);
        var python = Pythons.SelectMany(root => Below(root, "python3*")).SelectMany(folder => Packages.Select(name => Path.Combine(folder, name))).SelectMany(Inside);
        return [.. named.Concat(linked).Concat(usual).Concat(python).Where(Directory.Exists).Distinct(StringComparer.Ordinal)];
    }

    // A toolkit's lib64, a folder of pip packages (nvidia/cudnn/lib), or the folder itself.
    private static IEnumerable<string> Inside(string folder) =>
    [
        folder,
        Path.Combine(folder, "lib64"),
        Path.Combine(folder, "lib"),
        .. Below(Path.Combine(folder, "nvidia"), "*").Select(package => Path.Combine(package, "lib")),
        .. Below(folder, "*").Select(package => Path.Combine(package, "lib")).Where(_ => Path.GetFileName(folder) == "nvidia"),
    ];

    private static string[] Split(string? paths) => (paths ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> Below(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).Order(StringComparer.Ordinal) : [];
}
