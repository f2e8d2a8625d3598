using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Kernels;

/// <summary>
/// The operator <c>GroupNorm</c> of the domain <c>hub</c>, for the processor: normalisation over groups of channels and all pixels (Wu and He 2018) and
/// what comes before and after it in a diffusion model, in one pass over the picture instead of six. Inputs: x (B, C, H, W), γ and β (C), and perhaps what
/// is added to x first, (B, C). Attributes: groups, epsilon, and silu (1: then x·sigmoid(x)). Output: of x's shape.
/// </summary>
internal static unsafe class GroupNormOperator
{
    public const string Name = "GroupNorm";

    private const int Float = 1;
    private const int Required = 0;
    private const int Optional = 1;
    private const nuint Inputs = 4;
    private const int Shift = 3;
    private static readonly Lazy<nint> Registered = new(Register);

    /// <summary>Lets a session have it.</summary>
    public static void AddTo(SessionOptions options) => OrtFunctions.Check(OrtFunctions.AddDomain(options.DangerousGetHandle(), Registered.Value));

    // For as long as the process lives, since every session needs it.
    private static nint Register()
    {
        var description = (CustomOperator*)System.Runtime.InteropServices.NativeMemory.AllocZeroed((nuint)sizeof(CustomOperator));
        description->Version = CustomOperator.OfVersion;
        description->CreateKernel = &CreateKernel;
        description->GetName = &GetName;
        description->GetProvider = &GetProvider;
        description->GetInputType = &GetType;
        description->GetInputCount = &GetInputCount;
        description->GetOutputType = &GetType;
        description->GetOutputCount = &GetOutputCount;
        description->Compute = &Compute;
        description->DestroyKernel = &DestroyKernel;
        description->GetInputKind = &GetInputKind;
        description->GetOutputKind = &GetOutputKind;
        description->GetInputMemory = &GetInputMemory;
        nint domain;
        OrtFunctions.Check(OrtFunctions.CreateDomain(Text("hub\0"u8), &domain));
        OrtFunctions.Check(OrtFunctions.AddToDomain(domain, description));
        return domain;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* CreateKernel(CustomOperator* description, nint functions, nint node)
    {
        var kernel = (GroupNormKernel*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)sizeof(GroupNormKernel));
        long number;
        OrtFunctions.Check(OrtFunctions.IntegerAttribute(node, Text("groups\0"u8), &number));
        kernel->Groups = number;
        OrtFunctions.Check(OrtFunctions.IntegerAttribute(node, Text("silu\0"u8), &number));
        kernel->Silu = number != 0;
        OrtFunctions.Check(OrtFunctions.FloatAttribute(node, Text("epsilon\0"u8), &kernel->Epsilon));
        return kernel;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DestroyKernel(void* kernel) => System.Runtime.InteropServices.NativeMemory.Free(kernel);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetName(CustomOperator* description) => Text("GroupNorm\0"u8);

    // The processor's.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetProvider(CustomOperator* description) => null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetType(CustomOperator* description, nuint at) => Float;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetInputCount(CustomOperator* description) => Inputs;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetOutputCount(CustomOperator* description) => 1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputKind(CustomOperator* description, nuint at) => at == Shift ? Optional : Required;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetOutputKind(CustomOperator* description, nuint at) => Required;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputMemory(CustomOperator* description, nuint at) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(void* kernel, nint context)
    {
        const int rank = 4;
        var picture = Input(context, 0);
        var sides = stackalloc long[rank];
        nint shape, result;
        OrtFunctions.Check(OrtFunctions.TypeAndShape(picture, &shape));
        OrtFunctions.Check(OrtFunctions.Sides(shape, sides, rank));
        OrtFunctions.ReleaseShape(shape);
        OrtFunctions.Check(OrtFunctions.Output(context, 0, sides, rank, &result));
        var run = new GroupNormRun
        {
            Kernel = *(GroupNormKernel*)kernel,
            Channels = sides[1],
            Pixels = sides[2] * sides[3],
            Input = Data(picture),
            Scale = Data(Input(context, 1)),
            Offset = Data(Input(context, 2)),
            Shift = Input(context, Shift) is not 0 and var shift ? Data(shift) : null,
            Output = Data(result),
        };
        OrtFunctions.Check(OrtFunctions.ParallelFor(context, &Group, (nuint)(sides[0] * run.Kernel.Groups), 0, &run));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Group(void* run, nuint number) => ((GroupNormRun*)run)->Group((long)number);

    private static nint Input(nint context, nuint at)
    {
        nint value;
        OrtFunctions.Check(OrtFunctions.Input(context, at, &value));
        return value;
    }

    private static float* Data(nint value)
    {
        void* data;
        OrtFunctions.Check(OrtFunctions.TensorData(value, &data));
        return (float*)data;
    }

    // Literals lie in the program itself, which does not move.
    private static byte* Text(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));
}
