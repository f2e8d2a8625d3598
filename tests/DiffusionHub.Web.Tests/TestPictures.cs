using DiffusionHub.Imaging;

namespace DiffusionHub.Web.Tests;

/// <summary>Small pictures to send.</summary>
internal static class TestPictures
{
    /// <summary>PNG of one colour with a text inside, so that metadata has something to lose.</summary>
    public static byte[] Png(int width = 128, int height = 128, byte shade = 200)
    {
        var pixels = new byte[3 * width * height];
        Array.Fill(pixels, shade);
        return ImageCodec.Png(new RgbImage(width, height, pixels), "secret words");
    }

    /// <summary>As a data URI.</summary>
    public static string DataUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);
}
