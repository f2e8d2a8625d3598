using DiffusionHub.Imaging;

namespace DiffusionHub.Worker.Jobs;

/// <summary>A preview as browsers get it: a WebP of bounded length, because it is sent after each step to everybody who watches.</summary>
internal static class PreviewFile
{
    /// <summary>Longest one, in bytes.</summary>
    public const int MostBytes = 40 * 1024;

    // After the first steps a picture is mostly noise, which nothing makes short but fewer pixels.
    private static readonly (int Side, int Quality)[] Tries = [(512, 70), (512, 40), (256, 50), (256, 15), (128, 15)];

    /// <summary>The best one that is short enough.</summary>
    public static byte[]? Encode(RgbImage preview)
    {
        foreach (var (side, quality) in Tries)
        {
            var webp = ImageCodec.Thumbnail(preview, side, quality);
            if (webp.Length <= MostBytes)
            {
                return webp;
            }
        }

        return null;
    }
}
