namespace DiffusionHub.Inference.Graphs.Dialects;

/// <summary>
/// Linear layers of transformers as products of 8-bit integers: weights are rounded once, with a scale an output, what goes in is rounded in each run
/// with a scale of its own (ONNX Runtime's ContribOperators.md, DynamicQuantizeMatMul). Layers of the noise level stay as they are: they are few and
/// small, and every pixel depends on them. So do convolutions: those of ONNX Runtime
/// that round their input in each run (ConvInteger) first write every pixel nine times, outside of the blocked layout that float32 has.
/// </summary>
internal sealed class Int8Kernels : ProcessorKernels
{
    // Where transformers have their layers, in diffusers' names and in transformers'.
    private static readonly string[] Transformers = ["attentions.", "layers."];

    public override GraphValue Linear(Module linear, GraphValue x, long width, bool bias)
    {
        if (!Array.Exists(Transformers, part => linear.Path.Contains(part, StringComparison.Ordinal)) || linear.Int8("weight", width, x.Width) is not { } weight)
        {
            return base.Linear(linear, x, width, bias);
        }

        string[] added = bias ? ["", linear.Weight("bias", width)] : [];
        return linear.Graph.MicrosoftNode("DynamicQuantizeMatMul", width, [x.Name, weight.Numbers, weight.Scales, .. added]);
    }
}
