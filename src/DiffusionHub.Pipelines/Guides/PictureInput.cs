namespace DiffusionHub.Pipelines.Guides;

/// <summary>Finished pictures as a network's preprocessor makes them.</summary>
internal static class PictureInput
{
    private const int Channels = 3;

    /// <summary>What the network sees of a picture, at its side, before it is normalised.</summary>
    /// <param name="input">The preprocessor.</param>
    /// <param name="picture">Shape (<paramref name="height"/>, <paramref name="width"/>, 3), 0..1; what lies outside is clipped.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="planes">Shape (3, side, side), written over.</param>
    public static void Resize(this GuideInput input, ReadOnlySpan<float> picture, int height, int width, Span<float> planes)
    {
        var view = PictureViews.Fixed(input, height, width);
        var resize = new PlaneResize(view.Height, view.Width, input.Side, input.Side);
        var (plane, seen) = (new float[view.Height * view.Width], input.Side * input.Side);
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var at = 0; at < plane.Length; at++)
            {
                var (row, column) = (view.Top + (at / view.Width), view.Left + (at % view.Width));
                plane[at] = Math.Clamp(picture[(((row * width) + column) * Channels) + channel], 0, 1);
            }

            resize.Apply(plane, view.Width, planes.Slice(channel * seen, seen));
        }
    }

    /// <summary>Normalises planes (3, side, side) as the network was trained with.</summary>
    public static void Normalise(this GuideInput input, Span<float> planes)
    {
        var seen = input.Side * input.Side;
        for (var i = 0; i < planes.Length; i++)
        {
            planes[i] = (planes[i] - input.Mean[i / seen]) / input.Deviation[i / seen];
        }
    }
}
