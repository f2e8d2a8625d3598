using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A ControlNet (Zhang et al. 2023) beside a UNet: reads the same latents and a picture, and gives what the UNet adds to its own layers.</summary>
internal sealed class ControlGuide : IDisposable
{
    private readonly Graph graph;
    private readonly IReadOnlyList<ResidualShape> residuals;
    private readonly ControlChoice choice;
    private readonly Conditioning conditioning;
    private readonly int calls;
    private readonly List<(string Name, GraphTensor Value)> inputs = [];
    private readonly List<(string Name, GraphTensor Value)> outputs = [];
    private GraphTensor<float>? sample;
    private GraphTensor<float>? timesteps;
    private int call;

    /// <param name="graph">The ControlNet.</param>
    /// <param name="residuals">What the UNet takes from it.</param>
    /// <param name="choice">The picture and its limits.</param>
    /// <param name="conditioning">What the UNet is told.</param>
    /// <param name="calls">Calls of the UNet in the whole run.</param>
    public ControlGuide(Graph graph, IReadOnlyList<ResidualShape> residuals, ControlChoice choice, Conditioning conditioning, int calls) =>
        (this.graph, this.residuals, this.choice, this.conditioning, this.calls) = (graph, residuals, choice, conditioning, calls);

    /// <summary>Makes its buffers for a UNet on <paramref name="shape"/> (both passes) and adds what it gives to the UNet's inputs.</summary>
    public void Begin(LatentShape shape, List<(string Name, GraphTensor Value)> unetInputs)
    {
        sample = GraphTensor.Rent<float>(shape.Count, shape.Channels, shape.Height, shape.Width);
        timesteps = GraphTensor.Rent<float>(shape.Count);
        var scale = GraphTensor.Rent<float>(1);
        scale.Values[0] = (float)choice.Scale;
        inputs.AddRange([("sample", sample), ("timestep", timesteps), ("conditioning_scale", scale), ("controlnet_cond", Picture(shape.Count))]);
        inputs.AddRange(ConditionTensors.Of(conditioning, shape.Count / conditioning.Passes).Where(input => graph.Inputs.ContainsKey(input.Name)));
        foreach (var residual in residuals)
        {
            var tensor = GraphTensor.Rent<float>(shape.Count, residual.Channels, residual.Height, residual.Width);
            outputs.Add((residual.From, tensor));
            unetInputs.Add((residual.To, tensor));
        }
    }

    /// <summary>Fills the residuals for the next call of the UNet: with zeros outside the part of the way where it acts.</summary>
    public void Run(ReadOnlySpan<float> input, float timestep)
    {
        // An adaptive method calls more often than anybody could know: then it is at the end of the way.
        var at = Math.Min(call++, calls - 1);
        if ((double)at / calls >= choice.Start && (at + 1.0) / calls <= choice.End)
        {
            input.CopyTo(sample!.Values);
            timesteps!.Values.Fill(timestep);
            graph.Run(inputs, outputs);
            return;
        }

        foreach (var (_, residual) in outputs)
        {
            ((GraphTensor<float>)residual).Values.Clear();
        }
    }

    // The residuals belong to the UNet's inputs.
    public void Dispose() => inputs.ForEach(input => input.Value.Dispose());

    private GraphTensor<float> Picture(int count)
    {
        var (width, height) = (choice.Picture.Width, choice.Picture.Height);
        var tensor = GraphTensor.Rent<float>(count, 3, height, width);
        for (var i = 0; i < count; i++)
        {
            PicturePlanes.ZeroToOne(choice.Picture, tensor.Values[(i * 3 * height * width)..]);
        }

        return tensor;
    }
}

/// <summary>What a ControlNet gives and where the UNet adds it.</summary>
/// <param name="From">The ControlNet's output.</param>
/// <param name="To">The UNet's input.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record ResidualShape(string From, string To, int Channels, int Height, int Width);
