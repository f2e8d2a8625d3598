using System.Numerics.Tensors;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines.LatentDiffusion.Sharing;
using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>Channels that a model gets beside the latents: mask and masked picture, a depth map, a low resolution.</summary>
/// <param name="Values">Shape (count, <paramref name="Channels"/>, height, width) of the latents' sides.</param>
/// <param name="Channels">Channels.</param>
internal sealed record ExtraChannels(float[] Values, int Channels)
{
    /// <summary>Whether they are divided by what the latents are divided by.</summary>
    public bool Scaled { get; init; }

    /// <summary>The same beside each picture of a batch.</summary>
    /// <param name="one">Those of one picture.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="count">Pictures.</param>
    public static ExtraChannels Repeated(float[] one, int channels, int count) => new([.. Enumerable.Repeat(one, count).SelectMany(values => values)], channels);
}

/// <summary>A UNet on a batch of fixed shape that is told the same in each call but the noise level. Its buffers live as long as a run.</summary>
internal sealed class UnetPredictor : IPredictor, IDisposable
{
    private readonly Graph graph;
    private readonly LatentShape shape;
    private readonly ControlGuide? control;
    private readonly float[] said = [];
    private readonly GraphTensor<float> sample;
    private readonly GraphTensor<float> timesteps;
    private readonly GraphTensor<float> result;
    private readonly List<(string Name, GraphTensor Value)> inputs = [];
    private readonly GraphCall call;
    private readonly int inputChannels;
    private readonly int outputChannels;

    /// <summary>The UNet on the batch of a run; where there is a negative prompt, on twice the batch, whose first half is the negative prompt's.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="one">Shape of a batch's latents.</param>
    /// <param name="conditioning">What it is told.</param>
    /// <param name="extra">Channels beside the latents, or null.</param>
    /// <param name="labels">What joins the embedding of the noise level, or null.</param>
    /// <param name="control">A ControlNet, or null.</param>
    /// <param name="channels">Channels of the graph's output; 0: those of the latents. Of twice as many the second half is about variances.</param>
    public UnetPredictor(Graph graph, LatentShape one, Conditioning conditioning, ExtraChannels? extra, ClassLabels? labels, ControlGuide? control, int channels = 0)
    {
        (this.graph, this.control) = (graph, control);
        shape = one with { Count = one.Count * conditioning.Passes };
        inputChannels = shape.Channels + (extra?.Channels ?? 0);
        sample = GraphTensor.Rent<float>(shape.Count, inputChannels, shape.Height, shape.Width);
        outputChannels = channels == 0 ? shape.Channels : channels;
        result = GraphTensor.Rent<float>(shape.Count, outputChannels, shape.Height, shape.Width);
        timesteps = GraphTensor.Rent<float>(shape.Count);
        inputs.AddRange([("sample", sample), ("timestep", timesteps)]);
        inputs.AddRange(ConditionTensors.Of(conditioning, one.Count));
        if (labels is not null)
        {
            inputs.Add(("class_labels", labels.Tensor(conditioning.Passes)));
        }

        call = new GraphCall(inputs, [("out_sample", result)]);
        // Of pieces, each call is told beforehand.
        if (extra is not null && extra.Values.Length == one.Count * extra.Channels * shape.Height * shape.Width)
        {
            Beside(extra);
            Divide = extra.Scaled ? by => Beside(extra, (float)by) : null;
        }

        control?.Begin(shape, inputs);
    }

    /// <summary>Who makes its calls, maybe together with those of other runs.</summary>
    public IDenoiserCalls Calls { get; init; } = OwnCalls.Instance;

    /// <summary>Divides the channels beside the latents, where they are scaled as those are; else null.</summary>
    public Action<double>? Divide { get; }

    /// <summary>Takes what the network says of variances, where a sampler asks for it; else null.</summary>
    public LearnedVariance? Variance
    {
        get;
        init
        {
            field = value;
            said = value is null ? [] : new float[shape.Length];
        }
    }

    /// <summary>Puts other channels beside the latents.</summary>
    /// <param name="extra">As many as the first, for each picture of the run: every pass gets the same.</param>
    /// <param name="divisor">What they are divided by.</param>
    public void Beside(ExtraChannels extra, float divisor = 1)
    {
        var plane = shape.Height * shape.Width;
        var each = extra.Channels * plane;
        var count = extra.Values.Length / each;
        for (var i = 0; i < shape.Count; i++)
        {
            TensorPrimitives.Divide(extra.Values.AsSpan(i % count * each, each), divisor, sample.Values[(((i * inputChannels) + shape.Channels) * plane)..]);
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
        Calls.Run(graph, call);
        Take(0, output);
        if (Variance is { } variance)
        {
            Take(1, said);
            variance.Set(said);
        }
    }

    public void Dispose()
    {
        control?.Dispose();
        inputs.ForEach(input => input.Value.Dispose());
        result.Dispose();
    }

    // A picture's first or second half of the output's channels.
    private void Take(int half, Span<float> output)
    {
        for (var i = 0; i < shape.Count; i++)
        {
            result.Values.Slice(((i * outputChannels) + (half * shape.Channels)) * shape.Height * shape.Width, shape.One).CopyTo(output[(i * shape.One)..]);
        }
    }
}
