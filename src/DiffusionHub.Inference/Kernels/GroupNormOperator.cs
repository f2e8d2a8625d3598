using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Kernels;

/// <summary>
/// The operator <c>GroupNorm</c> of the domain <c>hub</c>, for the processor: normalisation over groups of channels and all pixels (Wu and He 2018) and
/// what comes before and after it in a diffusion model, in one pass over the picture instead of six. Inputs: x (B, C, H, W), γ and β (C), and perhaps what
/// is added to x first, (B, C). Attributes: groups, epsilon, and silu (1: then x·sigmoid(x)). Output: of x's shape.
/// </summary>
internal static unsafe class GroupNormOperator
{
    public const string Name = "GroupNorm";

    private const int Optional = 1;
    private const nuint Inputs = 4;
    private const int Shift = 3;

    /// <summary>Describes it to the runtime, for as long as the process lives.</summary>
    public static CustomOperator* Describe()
    {
        var description = HubOperators.Describe();
        description->CreateKernel = &CreateKernel;
        description->DestroyKernel = &DestroyKernel;
        description->GetName = &GetName;
        description->GetInputCount = &GetInputCount;
        description->GetInputKind = &GetInputKind;
        description->Compute = &Compute;
        return description;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* CreateKernel(CustomOperator* description, nint functions, nint node)
    {
        var kernel = (GroupNormKernel*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)sizeof(GroupNormKernel));
        long number;
        OrtFunctions.Check(OrtFunctions.IntegerAttribute(node, HubOperators.Text("groups\0"u8), &number));
        kernel->Groups = number;
        OrtFunctions.Check(OrtFunctions.IntegerAttribute(node, HubOperators.Text("silu\0"u8), &number));
        kernel->Silu = number != 0;
        OrtFunctions.Check(OrtFunctions.FloatAttribute(node, HubOperators.Text("epsilon\0"u8), &kernel->Epsilon));
        return kernel;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DestroyKernel(void* kernel) => System.Runtime.InteropServices.NativeMemory.Free(kernel);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetName(CustomOperator* description) => HubOperators.Text("GroupNorm\0"u8);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetInputCount(CustomOperator* description) => Inputs;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetInputKind(CustomOperator* description, nuint at) => at == Shift ? Optional : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(void* kernel, nint context)
    {
        var picture = HubOperators.Input(context, 0);
        var sides = stackalloc long[HubOperators.Rank];
        HubOperators.Sides(picture, sides);
        var run = new GroupNormRun
        {
            Kernel = *(GroupNormKernel*)kernel,
            Channels = sides[1],
            Pixels = sides[2] * sides[3],
            Input = HubOperators.Data(picture),
            Scale = HubOperators.Data(HubOperators.Input(context, 1)),
            Offset = HubOperators.Data(HubOperators.Input(context, 2)),
            Shift = HubOperators.Input(context, Shift) is not 0 and var shift ? HubOperators.Data(shift) : null,
            Output = HubOperators.Output(context, sides),
        };
        OrtFunctions.Check(OrtFunctions.ParallelFor(context, &Group, (nuint)(sides[0] * run.Kernel.Groups), 0, &run));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Group(void* run, nuint number) => ((GroupNormRun*)run)->Group((long)number);
}
