using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Kernels;

/// <summary>
/// Functions of ONNX Runtime's C interface that its C# one leaves out: those that operators are made with. They are found by their places in the table
/// of functions (<c>OrtApi</c> in onnxruntime_c_api.h), which only ever grows at its end.
/// </summary>
internal static unsafe partial class OrtFunctions
{
    private const uint TableVersion = 14;
    private static readonly nint* Table = Find();

    public static readonly delegate* unmanaged<byte*, nint*, nint> CreateDomain = (delegate* unmanaged<byte*, nint*, nint>)Table[26];
    public static readonly delegate* unmanaged<nint, CustomOperator*, nint> AddToDomain = (delegate* unmanaged<nint, CustomOperator*, nint>)Table[27];
    public static readonly delegate* unmanaged<nint, nint, nint> AddDomain = (delegate* unmanaged<nint, nint, nint>)Table[28];
    public static readonly delegate* unmanaged<nint, void**, nint> TensorData = (delegate* unmanaged<nint, void**, nint>)Table[51];
    public static readonly delegate* unmanaged<nint, nuint*, nint> Rank = (delegate* unmanaged<nint, nuint*, nint>)Table[61];
    public static readonly delegate* unmanaged<nint, long*, nuint, nint> Sides = (delegate* unmanaged<nint, long*, nuint, nint>)Table[62];
    public static readonly delegate* unmanaged<nint, nint*, nint> TypeAndShape = (delegate* unmanaged<nint, nint*, nint>)Table[65];
    public static readonly delegate* unmanaged<nint, byte*, float*, nint> FloatAttribute = (delegate* unmanaged<nint, byte*, float*, nint>)Table[85];
    public static readonly delegate* unmanaged<nint, byte*, long*, nint> IntegerAttribute = (delegate* unmanaged<nint, byte*, long*, nint>)Table[86];
    public static readonly delegate* unmanaged<nint, nuint, nint*, nint> Input = (delegate* unmanaged<nint, nuint, nint*, nint>)Table[90];
    public static readonly delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint> Output = (delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)Table[91];
    public static readonly delegate* unmanaged<nint, void> ReleaseShape = (delegate* unmanaged<nint, void>)Table[99];
    public static readonly delegate* unmanaged<nint, delegate* unmanaged[Cdecl]<void*, nuint, void>, nuint, nuint, void*, nint> ParallelFor =
        (delegate* unmanaged<nint, delegate* unmanaged[Cdecl]<void*, nuint, void>, nuint, nuint, void*, nint>)Table[274];

    /// <summary>Every call gives null, or what went wrong. In these calls nothing can that is not a mistake of the hub's.</summary>
    public static void Check(nint status)
    {
        if (status != 0)
        {
            Environment.FailFast("A call of ONNX Runtime from an operator of the hub's failed.");
        }
    }

    private static nint* Find() => (nint*)GetBase()->GetApi(TableVersion);

    [LibraryImport("onnxruntime", EntryPoint = "OrtGetApiBase")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial Base* GetBase();

    [StructLayout(LayoutKind.Sequential)]
    private struct Base
    {
        public delegate* unmanaged<uint, void*> GetApi;
        public delegate* unmanaged<byte*> GetVersionString;
    }
}
