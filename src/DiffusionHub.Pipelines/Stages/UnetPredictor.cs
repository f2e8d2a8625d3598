using DiffusionHub.Inference;
using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Channels that a model gets beside the latents: mask and masked picture, a depth map, a low resolution.</summary>
/// <param name="Values">Shape (count, <paramref name="Channels"/>, height, width) of the latents' sides.</param>
/// <param name="Channels">Channels.</param>
internal sealed record ExtraChannels(float[] Values, int Channels);

/// <summary>A UNet on a batch of fixed shape that is told the same in each call but the noise level. Its buffers live as long as a run.</summary>
internal sealed class UnetPredictor : IPredictor, IDisposable
{
    private readonly Graph graph;
    private readonly LatentShape shape;
    private readonly ControlGuide? control;
    private readonly GraphTensor<float> sample;
    private readonly GraphTensor<float> timesteps;
    private readonly GraphTensor<float> result;
    private readonly List<(string Name, GraphTensor Value)> inputs = [];
    private readonly (string, GraphTensor)[] outputs;
    private readonly int inputChannels;

    /// <summary>The UNet on the batch of a run; where there is a negative prompt, on twice the batch, whose first half is the negative prompt's.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="one">Shape of a batch's latents.</param>
    /// <param name="conditioning">What it is told.</param>
    /// <param name="extra">Channels beside the latents, or null.</param>
    /// <param name="labels">What joins the embedding of the noise level, or null.</param>
    /// <param name="control">A ControlNet, or null.</param>
    public UnetPredictor(Graph graph, LatentShape one, Conditioning conditioning, ExtraChannels? extra, ClassLabels? labels, ControlGuide? control)
    {
        (this.graph, this.control) = (graph, control);
        shape = one with { Count = one.Count * conditioning.Passes };
        inputChannels = shape.Channels + (extra?.Channels ?? 0);
        sample = GraphTensor.Rent<float>(shape.Count, inputChannels, shape.Height, shape.Width);
        result = GraphTensor.Rent<float>(shape.Count, shape.Channels, shape.Height, shape.Width);
        timesteps = GraphTensor.Rent<float>(shape.Count);
        inputs.AddRange([("sample", sample), ("timestep", timesteps)]);
        inputs.AddRange(ConditionTensors.Of(conditioning, one.Count));
        if (labels is not null)
        {
            inputs.Add(("class_labels", labels.Tensor(conditioning.Passes)));
        }

        outputs = [("out_sample", result)];
        // Of pieces, each call is told beforehand.
        if (extra is not null && extra.Values.Length == one.Count * extra.Channels * shape.Height * shape.Width)
        {
            Beside(extra);
        }

        control?.Begin(shape, inputs);
    }

    /// <summary>Puts other channels beside the latents.</summary>
    /// <param name="extra">As many as the first, for each picture of the run: every pass gets the same.</param>
    public void Beside(ExtraChannels extra)
    {
        var each = extra.Channels * shape.Height * shape.Width;
        var count = extra.Values.Length / each;
        for (var i = 0; i < shape.Count; i++)
        {
            extra.Values.AsSpan(i % count * each, each).CopyTo(sample.Values[(((i * inputChannels) + shape.Channels) * shape.Height * shape.Width)..]);
        }
    }

    public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
    {
        for (var i = 0; i < shape.Count; i++)
        {
            input.Slice(i * shape.One, shape.One).CopyTo(sample.Values[(i * inputChannels * shape.Height * shape.Width)..]);
        }

        timesteps.Values.Fill(timestep);
        control?.Run(input, timestep);
        graph.Run(inputs, outputs);
        result.Values.CopyTo(output);
    }

    public void Dispose()
    {
        control?.Dispose();
        inputs.ForEach(input => input.Value.Dispose());
        result.Dispose();
    }
}
