using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>What joins the noise level's embedding for each picture (a UNet's <c>class_labels</c>).</summary>
internal abstract record ClassLabels
{
    /// <summary>The input for all passes, the negative prompt's first.</summary>
    public abstract GraphTensor Tensor(int passes);
}

/// <summary>A row of a table for each picture, the same in all passes.</summary>
/// <param name="Numbers">Shape (count).</param>
internal sealed record LabelNumbers(long[] Numbers) : ClassLabels
{
    public override GraphTensor Tensor(int passes)
    {
        var tensor = GraphTensor.Rent<long>(passes * Numbers.Length);
        for (var pass = 0; pass < passes; pass++)
        {
            Numbers.CopyTo(tensor.Values[(pass * Numbers.Length)..]);
        }

        return tensor;
    }
}

/// <summary>A vector for each picture; zeros in the negative prompt's pass.</summary>
/// <param name="Values">Shape (count, <paramref name="Width"/>), C order.</param>
/// <param name="Width">Length of a vector.</param>
internal sealed record LabelVectors(float[] Values, int Width) : ClassLabels
{
    public override GraphTensor Tensor(int passes)
    {
        var tensor = GraphTensor.Rent<float>(passes * Values.Length / Width, Width);
        tensor.Values.Clear();
        Values.CopyTo(tensor.Values[((passes - 1) * Values.Length)..]);
        return tensor;
    }
}
