using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Kernels;

/// <summary>How ONNX Runtime is told of an operator (<c>OrtCustomOp</c> in onnxruntime_c_api.h), as of version 13.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CustomOperator
{
    public const uint OfVersion = 13;

    public uint Version;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nint, nint, void*> CreateKernel;
    public delegate* unmanaged[Cdecl]<CustomOperator*, byte*> GetName;
    public delegate* unmanaged[Cdecl]<CustomOperator*, byte*> GetProvider;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint, int> GetInputType;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint> GetInputCount;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint, int> GetOutputType;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint> GetOutputCount;
    public delegate* unmanaged[Cdecl]<void*, nint, void> Compute;
    public delegate* unmanaged[Cdecl]<void*, void> DestroyKernel;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint, int> GetInputKind;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint, int> GetOutputKind;
    public delegate* unmanaged[Cdecl]<CustomOperator*, nuint, int> GetInputMemory;

    // Of later versions: not asked for, but the runtime may copy them.
    public fixed long Later[16];
}
