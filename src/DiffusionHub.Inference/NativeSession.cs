using System.Runtime.InteropServices;
using DiffusionHub.Inference.Weights;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>What ONNX Runtime's C interface has and its C# interface lacks.</summary>
internal static partial class NativeSession
{
    private const uint Version = 18;

    private delegate nint AddFiles(nint options, nint[] names, nint[] addresses, nuint[] lengths, nuint count);

    /// <summary>Initializers that lie in one of <paramref name="files"/> (by its name) are taken from where it is mapped.</summary>
    public static void AddWeights(SessionOptions options, IReadOnlyList<SafetensorsFile> files)
    {
        var api = Marshal.PtrToStructure<OrtApi>(Marshal.GetDelegateForFunctionPointer<GetApi>(Marshal.PtrToStructure<OrtApiBase>(OrtGetApiBase()).GetApi)(Version));
        var add = Marshal.GetDelegateForFunctionPointer<AddFiles>(api.AddExternalInitializersFromFilesInMemory);
        var names = files.Select(file => Marshal.StringToCoTaskMemUTF8(file.Name)).ToArray();
        try
        {
            var status = add(options.DangerousGetHandle(), names, [.. files.Select(f => f.Address)], [.. files.Select(f => (nuint)f.Header.FileLength)], (nuint)files.Count);
            if (status != 0)
            {
                throw new InferenceException(Marshal.PtrToStringUTF8(Marshal.GetDelegateForFunctionPointer<GetErrorMessage>(api.GetErrorMessage)(status)) ?? "");
            }
        }
        finally
        {
            Array.ForEach(names, Marshal.FreeCoTaskMem);
        }
    }

    private delegate nint GetApi(uint version);

    private delegate nint GetErrorMessage(nint status);

    [LibraryImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint OrtGetApiBase();
}
