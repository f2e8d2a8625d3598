using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Kernels;

/// <summary>Operators of the domain <c>hub</c>: pictures of float32 (B, C, H, W) in, one picture out, for the processor.</summary>
internal static unsafe class HubOperators
{
    public const int Rank = 4;

    private const int Float = 1;
    private static readonly Lazy<nint> Domain = new(Register);

    /// <summary>Lets a session have them.</summary>
    public static void AddTo(SessionOptions options) => OrtFunctions.Check(OrtFunctions.AddDomain(options.DangerousGetHandle(), Domain.Value));

    /// <summary>What the descriptions of all of them have in common; never freed.</summary>
    public static CustomOperator* Describe()
    {
        var description = (CustomOperator*)System.Runtime.InteropServices.NativeMemory.AllocZeroed((nuint)sizeof(CustomOperator));
        description->Version = CustomOperator.OfVersion;
        description->GetProvider = &GetProvider;
        description->GetInputType = &GetType;
        description->GetOutputType = &GetType;
        description->GetOutputCount = &GetOutputCount;
        description->GetInputKind = &Zero;
        description->GetOutputKind = &Zero;
        description->GetInputMemory = &Zero;
        return description;
    }

    /// <summary>An input of a run; 0 where an optional one is not there.</summary>
    public static nint Input(nint context, nuint at)
    {
        nint value;
        OrtFunctions.Check(OrtFunctions.Input(context, at, &value));
        return value;
    }

    /// <summary>The only output of a run, of these sides.</summary>
    public static float* Output(nint context, long* sides)
    {
        nint value;
        OrtFunctions.Check(OrtFunctions.Output(context, 0, sides, Rank, &value));
        return Data(value);
    }

    public static float* Data(nint value)
    {
        void* data;
        OrtFunctions.Check(OrtFunctions.TensorData(value, &data));
        return (float*)data;
    }

    public static void Sides(nint value, long* sides)
    {
        nint shape;
        OrtFunctions.Check(OrtFunctions.TypeAndShape(value, &shape));
        OrtFunctions.Check(OrtFunctions.Sides(shape, sides, Rank));
        OrtFunctions.ReleaseShape(shape);
    }

    /// <summary>A literal that ends in 0. It lies in the program itself, which does not move.</summary>
    public static byte* Text(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    private static nint Register()
    {
        nint domain;
        OrtFunctions.Check(OrtFunctions.CreateDomain(Text("hub\0"u8), &domain));
        OrtFunctions.Check(OrtFunctions.AddToDomain(domain, GroupNormOperator.Describe()));
        OrtFunctions.Check(OrtFunctions.AddToDomain(domain, InterleaveOperator.Describe()));
        return domain;
    }

    // Null is the processor's.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetProvider(CustomOperator* description) => null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetType(CustomOperator* description, nuint at) => Float;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetOutputCount(CustomOperator* description) => 1;

    // Required, and in the processor's memory.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Zero(CustomOperator* description, nuint at) => 0;
}
