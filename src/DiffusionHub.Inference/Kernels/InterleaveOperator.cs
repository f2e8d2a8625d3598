using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DiffusionHub.Inference.Kernels;

/// <summary>
/// The operator <c>Interleave</c>: four pictures (B, C, H, W) as one (B, C, 2H, 2W), of whose every 2×2 pixels the first has the upper left one, then
/// upper right, lower left, lower right.
/// </summary>
internal static unsafe class InterleaveOperator
{
    public const string Name = "Interleave";

    private const nuint Inputs = 4;

    /// <summary>Describes it to the runtime, for as long as the process lives.</summary>
    public static CustomOperator* Describe()
    {
        var description = HubOperators.Describe();
        description->CreateKernel = &CreateKernel;
        description->DestroyKernel = &DestroyKernel;
        description->GetName = &GetName;
        description->GetInputCount = &GetInputCount;
        description->Compute = &Compute;
        return description;
    }

    // It has no settings.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* CreateKernel(CustomOperator* description, nint functions, nint node) => description;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DestroyKernel(void* kernel)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetName(CustomOperator* description) => HubOperators.Text("Interleave\0"u8);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint GetInputCount(CustomOperator* description) => Inputs;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Compute(void* kernel, nint context)
    {
        var sides = stackalloc long[HubOperators.Rank];
        var first = HubOperators.Input(context, 0);
        HubOperators.Sides(first, sides);
        var (planes, run) = (sides[0] * sides[1], new InterleaveRun { Rows = sides[2], Columns = sides[3] });
        (sides[2], sides[3]) = (2 * sides[2], 2 * sides[3]);
        run.UpperLeft = HubOperators.Data(first);
        run.UpperRight = HubOperators.Data(HubOperators.Input(context, 1));
        run.LowerLeft = HubOperators.Data(HubOperators.Input(context, 2));
        run.LowerRight = HubOperators.Data(HubOperators.Input(context, 3));
        run.Output = HubOperators.Output(context, sides);
        OrtFunctions.Check(OrtFunctions.ParallelFor(context, &Plane, (nuint)planes, 0, &run));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Plane(void* run, nuint number) => ((InterleaveRun*)run)->Plane((long)number);
}

/// <summary>One run of a node: places in memory, and the work on each channel of each picture.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct InterleaveRun
{
    public long Rows;
    public long Columns;
    public float* UpperLeft;
    public float* UpperRight;
    public float* LowerLeft;
    public float* LowerRight;
    public float* Output;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Plane(long number)
    {
        for (var row = number * Rows; row < (number + 1) * Rows; row++)
        {
            var at = row * Columns;
            Row(UpperLeft + at, UpperRight + at, Output + (4 * at), Columns);
            Row(LowerLeft + at, LowerRight + at, Output + (4 * at) + (2 * Columns), Columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float* left, float* right, float* output, long count)
    {
        // Pairs of numbers as numbers of twice the length: the left one in the lower half.
        var i = 0L;
        for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
        {
            var a = Vector512.WidenLower(Vector256.LoadUnsafe(ref *(uint*)(left + i)).ToVector512Unsafe());
            var b = Vector512.WidenLower(Vector256.LoadUnsafe(ref *(uint*)(right + i)).ToVector512Unsafe());
            Vector512.Store(a | (b << 32), (ulong*)(output + (2 * i)));
        }

        for (; i < count; i++)
        {
            output[2 * i] = left[i];
            output[(2 * i) + 1] = right[i];
        }
    }
}
