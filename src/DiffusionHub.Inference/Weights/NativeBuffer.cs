using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights;

/// <summary>Memory outside of the collector's, freed when nobody holds it any more.</summary>
internal sealed unsafe class NativeBuffer : SafeBuffer
{
    /// <param name="length">Bytes.</param>
    public NativeBuffer(nuint length)
        : base(ownsHandle: true)
    {
        Initialize(length);
        SetHandle((nint)System.Runtime.InteropServices.NativeMemory.Alloc(length));
    }

    protected override bool ReleaseHandle()
    {
        System.Runtime.InteropServices.NativeMemory.Free((void*)handle);
        return true;
    }
}
