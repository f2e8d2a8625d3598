using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Clip;

/// <summary>What CLIP's image encoder thinks of a picture, as one number to be made small.</summary>
public static class ClipGuideGraphs
{
    // The aesthetic predictor's layers by number, with their widths; between them there is only dropout, which does nothing here.
    private static readonly (int Layer, int Width)[] AestheticLayers = [(0, 1024), (2, 128), (4, 64), (6, 16), (7, 1)];

    /// <summary>
    /// Graph from <c>pixel_values</c> (B, 3, S, S), normalised as the model's preprocessor says, and <c>target</c> (B, P), a text's normalised vector, to
    /// <c>loss</c> (B, 1): half the squared angle between the picture's vector and it.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Distance(ClipVisionConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        graph.MeasureAngle(ClipVisionGraph.Vector(graph, config));
        return graph.Write();
    }

    /// <summary>
    /// Graph from <c>pixel_values</c> (B, 3, S, S), normalised as the model's preprocessor says, to <c>loss</c> (B, 1): minus the score (about 1 to 10) that
    /// LAION's improved aesthetic predictor gives the picture's normalised vector.
    /// </summary>
    /// <param name="config">The image encoder's set-up.</param>
    /// <param name="weights">Weights of the image encoder and the predictor (<c>layers.0.weight</c>, …).</param>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Aesthetic(ClipVisionConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        var score = AestheticLayers.Aggregate(ClipVisionGraph.Vector(graph, config).Normalised(), (x, layer) => graph.Root["layers", layer.Layer].Linear(x, layer.Width));
        graph.Output(Losses.Output, score.Of("Neg"), "batch", 1);
        return graph.Write();
    }
}
