using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Graphs.Classifiers;

/// <summary>The graph of a ResNetForImageClassification.</summary>
public static class ResNetGraph
{
    private const float Epsilon = 1e-5f;
    private const int Narrowing = 4;

    /// <summary>
    /// Graph from <c>pixel_values</c> (B, 3, H, W), normalised as the model's preprocessor says, and <c>target</c> (B, K), a one in the place of the
    /// wanted class, to <c>logits</c> (B, K) and <c>loss</c> (B, 1), the cross-entropy.
    /// </summary>
    /// <exception cref="ModelFileException">The weights do not fit the config.</exception>
    public static WrittenGraph Write(ResNetConfig config, WeightSet weights)
    {
        var graph = new GraphBuilder(weights.Path, weights);
        graph.Classify(graph.Root["classifier", 1].Linear(Features(graph.Root["resnet"], config), config.Classes), config.Classes);
        return graph.Write();
    }

    /// <summary>From an input <c>pixel_values</c> (B, 3, H, W) to the means of the last stage's channels, (B, F).</summary>
    internal static GraphValue Features(Module m, ResNetConfig config)
    {
        var graph = m.Graph;
        var x = graph.Input("pixel_values", OnnxType.Float, 3, "batch", 3, "height", "width");
        x = m["embedder"]["embedder"].NormalConv(x, config.StemChannels, 7, 2).Of("Relu");
        x = graph.Node(
            "MaxPool",
            x.Width,
            [x.Name],
            new OnnxAttribute("kernel_shape", new long[] { 3, 3 }),
            new OnnxAttribute("strides", new long[] { 2, 2 }),
            new OnnxAttribute("pads", new long[] { 1, 1, 1, 1 }));
        foreach (var (i, (channels, blocks)) in config.Stages.Index())
        {
            for (var j = 0; j < blocks; j++)
            {
                x = Block(m["encoder"]["stages", i]["layers", j], config, x, channels, j == 0 && (i > 0 || config.HalvesFirst) ? 2 : 1);
            }
        }

        return x.Of("GlobalAveragePool").Reshape(x.Width, graph.Constant(0, x.Width));
    }

    private static GraphValue Block(Module m, ResNetConfig config, GraphValue x, int width, int stride)
    {
        var beside = x.Width == width && stride == 1 ? x : m["shortcut"].NormalConv(x, width, 1, stride);
        GraphValue h;
        if (config.Bottleneck)
        {
            var inner = width / Narrowing;
            h = m["layer", 0].NormalConv(x, inner, 1, config.HalvesInFirstConv ? stride : 1).Of("Relu");
            h = m["layer", 1].NormalConv(h, inner, 3, config.HalvesInFirstConv ? 1 : stride).Of("Relu");
            h = m["layer", 2].NormalConv(h, width, 1, 1);
        }
        else
        {
            h = m["layer", 1].NormalConv(m["layer", 0].NormalConv(x, width, 3, stride).Of("Relu"), width, 3, 1);
        }

        return (h + beside).Of("Relu");
    }

    // With the means and variances of the training (Ioffe and Szegedy 2015): a factor and a summand for each channel.
    private static GraphValue NormalConv(this Module m, GraphValue x, long width, int kernel, int stride)
    {
        var (graph, norm) = (m.Graph, m["normalization"]);
        var h = m["convolution"].Conv(x, width, kernel, stride, bias: false);
        var spread = graph.Node("Sqrt", width, [graph.Node("Add", width, [Channels("running_var"), graph.Constant([Epsilon]).Name]).Name]);
        var factor = graph.Node("Div", width, [Channels("weight"), spread.Name]);
        var summand = graph.Node("Sub", width, [Channels("bias"), graph.Node("Mul", width, [Channels("running_mean"), factor.Name]).Name]);
        return (h * factor) + summand;

        string Channels(string name) => graph.Weight($"{norm.Path}.{name}", [width], [width, 1, 1]);
    }
}
