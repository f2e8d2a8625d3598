using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Sampling.Noise;

namespace DiffusionHub.Pipelines.Guides;

/// <summary>A network's loss of pictures: the mean over what it sees of each, with the gradient through its own graph, normalisation and resizing.</summary>
internal sealed class PictureLoss : IPictureLoss
{
    private readonly Graph graph;
    private readonly GuideInput input;
    private readonly int cutouts;
    private readonly GraphTensor<float> views;
    private readonly GraphTensor<float> loss;
    private readonly GraphTensor<float> gradient;
    private readonly List<(string Name, GraphTensor Value)> inputs = [];
    private readonly Dictionary<(int Height, int Width), PlaneResize> resizes = [];

    /// <param name="graph">The guide's, with its gradient; the loss closes it.</param>
    /// <param name="input">How pictures are made ready for it.</param>
    /// <param name="target">What it shall see, of the length of the input <c>target</c>; null where it has none.</param>
    /// <param name="cutouts">Random squares of each picture; 1: the same view each time.</param>
    public PictureLoss(Graph graph, GuideInput input, float[]? target, int cutouts)
    {
        (this.graph, this.input, this.cutouts) = (graph, input, cutouts);
        views = GraphTensor.Rent<float>(cutouts, 3, input.Side, input.Side);
        gradient = GraphTensor.Rent<float>(cutouts, 3, input.Side, input.Side);
        loss = GraphTensor.Rent<float>(cutouts, 1);
        var cotangent = GraphTensor.Rent<float>(cutouts, 1);
        cotangent.Values.Fill(1f / cutouts);
        inputs.AddRange([("pixel_values", views), (VjpGraph.Cotangent, cotangent)]);
        if (target is not null)
        {
            var rows = GraphTensor.Rent<float>(cutouts, target.Length);
            for (var i = 0; i < cutouts; i++)
            {
                target.CopyTo(rows.Values[(i * target.Length)..]);
            }

            inputs.Add(("target", rows));
        }
    }

    public double Evaluate(ReadOnlySpan<float> pictures, int count, int height, int width, Span<float> gradient, GeneratorNoise noise)
    {
        var parts = cutouts == 1
            ? Enumerable.Repeat<IReadOnlyList<PictureView>>([PictureViews.Fixed(input, height, width)], count).ToList()
            : PictureViews.Random(input.Side, height, width, count, cutouts, noise);
        gradient.Clear();
        var sum = 0.0;
        var one = 3 * height * width;
        for (var i = 0; i < count; i++)
        {
            sum += One(pictures.Slice(i * one, one), parts[i], width, gradient.Slice(i * one, one));
        }

        return sum;
    }

    public void Dispose()
    {
        inputs.ForEach(tensor => tensor.Value.Dispose());
        loss.Dispose();
        gradient.Dispose();
        graph.Dispose();
    }

    private double One(ReadOnlySpan<float> picture, IReadOnlyList<PictureView> parts, int width, Span<float> slope)
    {
        var (plane, seen) = (picture.Length / 3, input.Side * input.Side);
        for (var i = 0; i < parts.Count * 3; i++)
        {
            var (view, channel) = (parts[i / 3], i % 3);
            var planes = views.Values.Slice(i * seen, seen);
            Resize(view).Apply(picture[((channel * plane) + (view.Top * width) + view.Left)..], width, planes);
            for (var k = 0; k < seen; k++)
            {
                planes[k] = (((planes[k] + 1) / 2) - input.Mean[channel]) / input.Deviation[channel];
            }
        }

        graph.Run(inputs, [("loss", loss), (VjpGraph.Vjp, gradient)]);
        for (var i = 0; i < parts.Count * 3; i++)
        {
            var (view, channel) = (parts[i / 3], i % 3);
            var planes = gradient.Values.Slice(i * seen, seen);
            System.Numerics.Tensors.TensorPrimitives.Divide(planes, 2 * input.Deviation[channel], planes);
            Resize(view).AddAdjoint(planes, slope[((channel * plane) + (view.Top * width) + view.Left)..], width);
        }

        double sum = 0;
        foreach (var value in loss.Values)
        {
            sum += value;
        }

        return sum / parts.Count;
    }

    private PlaneResize Resize(PictureView view)
    {
        if (!resizes.TryGetValue((view.Height, view.Width), out var resize))
        {
            resize = resizes[(view.Height, view.Width)] = new PlaneResize(view.Height, view.Width, input.Side, input.Side);
        }

        return resize;
    }
}
