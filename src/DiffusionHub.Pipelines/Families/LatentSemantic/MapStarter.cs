using System.Globalization;
using DiffusionHub.Imaging;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Maps;
using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Families.LatentSemantic;

/// <summary>A run that begins with noise beside a map of classes, as the map's encoder shows it to the UNet.</summary>
internal sealed class MapStarter(MapEncoderConfig config, Func<Graph> load) : ILatentStarter
{
    private const string Field = "map";
    private const int Colours = 3;
    private Graph? graph;

    public void Load() => graph ??= load();

    public PictureRequest Fit(PictureRequest request)
    {
        RequestFit.Require(request.Init is null, "init", PipelineTexts.NoInit);
        var map = request.Map ?? throw Fault(PipelineTexts.NeedsMap, config.Classes - 1);
        for (var i = 0; i < map.Width * map.Height; i++)
        {
            var (red, green, blue) = (map.Pixels[Colours * i], map.Pixels[(Colours * i) + 1], map.Pixels[(Colours * i) + 2]);
            var (column, row) = (i % map.Width, i / map.Width);
            if (red != green || red != blue)
            {
                throw Fault(PipelineTexts.MapNotGrey, red, green, blue, column, row, config.Classes - 1);
            }

            if (red >= config.Classes)
            {
                throw Fault(PipelineTexts.MapRange, red, column, row, config.Classes - 1);
            }
        }

        return request;
    }

    public LatentStart Begin(StartingPoint point) =>
        LatentStart.FromNoise(point.Request, point.Recipe, point.Shape, point.Noise) with { Extra = Channels(point.Request, point.Shape) };

    public void Dispose() => graph?.Dispose();

    private ExtraChannels Channels(PictureRequest request, LatentShape shape)
    {
        var (width, height) = (shape.Width * config.Factor, shape.Height * config.Factor);
        using var classes = GraphTensor.Rent<long>(1, height, width);
        using var channels = GraphTensor.Rent<float>(1, config.OutChannels, shape.Height, shape.Width);
        Fill(classes.Values, request.Map!, width, height);
        (graph ?? throw new InvalidOperationException("The map's encoder is not loaded.")).Run([("classes", classes)], [("channels", channels)]);
        return ExtraChannels.Repeated(channels.Values.ToArray(), config.OutChannels, shape.Count);
    }

    // The class under the middle of each pixel: between two classes there is none.
    private static void Fill(Span<long> classes, RgbImage map, int width, int height)
    {
        for (var y = 0; y < height; y++)
        {
            var row = (int)((((2L * y) + 1) * map.Height) / (2L * height));
            for (var x = 0; x < width; x++)
            {
                var column = (int)((((2L * x) + 1) * map.Width) / (2L * width));
                classes[(y * width) + x] = map.Pixels[Colours * ((row * map.Width) + column)];
            }
        }
    }

    private static UnfitRequestException Fault(string text, params object[] values) => new(Field, string.Format(CultureInfo.InvariantCulture, text, values));
}
