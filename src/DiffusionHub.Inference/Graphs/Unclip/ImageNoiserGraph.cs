using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Unclip;

/// <summary>The graph of a StableUnCLIPImageNormalizer and of what stable unCLIP does with it: an image's vector under noise, and how much.</summary>
public static class ImageNoiserGraph
{
    /// <summary>
    /// Graph from <c>image_embeds</c> (B, P), <c>noise</c> (B, P), <c>alpha</c> (B, 1), <c>sigma</c> (B, 1) and <c>noise_level</c> (B) to <c>class_labels</c> (B, 2P):
    /// the normalised vector times α plus the noise times σ, brought back, and the sinusoids of the level.
    /// </summary>
    /// <param name="width">P, the <c>embedding_dim</c> of the config.</param>
    /// <param name="weights">Mean and standard deviation of the vectors.</param>
    /// <exception cref="ModelFileException">The weights do not fit.</exception>
    public static WrittenGraph Write(int width, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var vector = graph.Input("image_embeds", OnnxType.Float, width, "batch", width);
        var noise = graph.Input("noise", OnnxType.Float, width, "batch", width);
        var alpha = graph.Input("alpha", OnnxType.Float, 1, "batch", 1);
        var sigma = graph.Input("sigma", OnnxType.Float, 1, "batch", 1);
        var level = graph.Input("noise_level", OnnxType.Float, 1, "batch");
        var (mean, deviation) = (graph.Root.Weight("mean", 1, width), graph.Root.Weight("std", 1, width));
        var normal = graph.Node("Div", width, [graph.Node("Sub", width, [vector.Name, mean]).Name, deviation]);
        var noisy = (normal * alpha) + (noise * sigma);
        var back = graph.Node("Add", width, [graph.Node("Mul", width, [noisy.Name, deviation]).Name, mean]);
        graph.Output("class_labels", back.Concat(level.Sinusoids(width, cosineFirst: true, shift: 0), -1), "batch", 2 * width);
        return graph.Write();
    }

    /// <summary>The <c>embedding_dim</c> of a <c>config.json</c>.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged.</exception>
    public static int Width(string config) => new ConfigReader(config).Integer("embedding_dim", 768);
}
