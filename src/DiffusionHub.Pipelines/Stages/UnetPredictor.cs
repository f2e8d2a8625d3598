using DiffusionHub.Inference;
using DiffusionHub.Sampling.Denoisers;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A UNet on a batch of fixed shape and fixed text. Its buffers live as long as a run.</summary>
internal sealed class UnetPredictor : IPredictor, IDisposable
{
    private readonly Graph graph;
    private readonly GraphTensor<float> sample;
    private readonly GraphTensor<float> timesteps;
    private readonly GraphTensor<float> context;
    private readonly GraphTensor<float> result;
    private readonly (string, GraphTensor)[] inputs;
    private readonly (string, GraphTensor)[] outputs;

    private UnetPredictor(Graph graph, LatentShape shape, int tokens, int width)
    {
        this.graph = graph;
        sample = GraphTensor.Rent<float>(shape.Count, shape.Channels, shape.Height, shape.Width);
        result = GraphTensor.Rent<float>(shape.Count, shape.Channels, shape.Height, shape.Width);
        timesteps = GraphTensor.Rent<float>(shape.Count);
        context = GraphTensor.Rent<float>(shape.Count, tokens, width);
        inputs = [("sample", sample), ("timestep", timesteps), ("encoder_hidden_states", context)];
        outputs = [("out_sample", result)];
    }

    /// <summary>The UNet on <paramref name="shape"/>; where there is a negative prompt, on twice the batch, whose first half is the negative prompt's.</summary>
    public static UnetPredictor Create(Graph graph, LatentShape shape, PromptEmbeddings prompt)
    {
        var guided = prompt.Negative is not null;
        var unet = new UnetPredictor(graph, guided ? shape with { Count = 2 * shape.Count } : shape, prompt.Tokens, prompt.Width);
        var length = prompt.Positive.Length;
        for (var i = 0; i < shape.Count; i++)
        {
            prompt.Negative?.CopyTo(unet.context.Values[(i * length)..]);
            prompt.Positive.CopyTo(unet.context.Values[((guided ? shape.Count + i : i) * length)..]);
        }

        return unet;
    }

    public void Predict(ReadOnlySpan<float> input, float timestep, Span<float> output)
    {
        input.CopyTo(sample.Values);
        timesteps.Values.Fill(timestep);
        graph.Run(inputs, outputs);
        result.Values.CopyTo(output);
    }

    public void Dispose()
    {
        sample.Dispose();
        timesteps.Dispose();
        context.Dispose();
        result.Dispose();
    }
}
