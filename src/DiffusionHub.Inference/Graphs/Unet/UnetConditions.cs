using DiffusionHub.Inference.Graphs.Modules;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Graphs.Unet;

/// <summary>All that a UNet is told beside the text's tokens, as one vector that every residual block gets.</summary>
internal static class UnetConditions
{
    /// <summary>The activated embedding, (B, 4C): of the noise level, and of guidance, class, pooled text and sizes where the config asks for them.</summary>
    public static GraphValue Embedding(Module m, UnetConfig config)
    {
        var graph = m.Graph;
        var timestep = graph.ExactInput("timestep", OnnxType.Float, 1, "batch");
        GraphValue? guidance = config.GuidanceWidth is { } width ? graph.Input("timestep_cond", OnnxType.Float, width, "batch", width) : null;
        var embedding = m["time_embedding"].Embed(Noise(timestep, config), config.TimeWidth, guidance);
        if (config.Classes != UnetClasses.None)
        {
            embedding += Class(m["class_embedding"], config);
        }

        if (config.SizeWidth is { } sizeWidth)
        {
            embedding += m["add_embedding"].Embed(TextAndSizes(graph, config, sizeWidth), config.TimeWidth);
        }

        return embedding.Silu();
    }

    private static GraphValue Noise(GraphValue number, UnetConfig config) => number.Sinusoids(config.Levels[0].Channels, config.CosineFirst, config.FrequencyShift);

    private static GraphValue Class(Module m, UnetConfig config) => config.Classes switch
    {
        UnetClasses.Table => m.Embedding(m.Graph.Input("class_labels", OnnxType.Int64, 0, "batch").Name, config.ClassWidth, config.TimeWidth),
        UnetClasses.Timestep => m.Embed(Noise(m.Graph.ExactInput("class_labels", OnnxType.Float, 1, "batch"), config), config.TimeWidth),
        UnetClasses.Projection => m.Embed(Vector(m.Graph, config), config.TimeWidth),
        UnetClasses.SimpleProjection => m.Linear(Vector(m.Graph, config), config.TimeWidth),
        _ => Vector(m.Graph, config),
    };

    private static GraphValue Vector(GraphBuilder graph, UnetConfig config) =>
        graph.Input("class_labels", OnnxType.Float, config.ClassWidth, "batch", config.ClassWidth);

    // (Podell et al. 2023, section 2.2): the pooled text, then the sinusoids of each number of time_ids.
    private static GraphValue TextAndSizes(GraphBuilder graph, UnetConfig config, int sizeWidth)
    {
        // How many numbers there are (6; 5 in a refiner) depends on how long the text's vector is, which only the weights of the text encoder tell.
        var text = graph.Input("text_embeds", OnnxType.Float, 0, "batch", "text_width");
        var sizes = graph.ExactInput("time_ids", OnnxType.Float, 1, "batch", "size_count");
        var flat = sizes.Reshape(1, graph.Constant(-1L)).Sinusoids(sizeWidth, config.CosineFirst, config.FrequencyShift);
        var perPicture = graph.Node("Concat", 0, [sizes.Shape(0, 1), graph.Constant(-1L)], new OnnxAttribute("axis", 0L));
        return text.Concat(flat.Reshape(0, perPicture.Name), 1) with { Width = config.AdditionWidth };
    }
}
