namespace DiffusionHub.Imaging;

/// <summary>Several pictures of one size as one, row by row.</summary>
public static class ContactSheet
{
    /// <summary>Puts them side by side; places behind the last are white.</summary>
    /// <param name="pictures">One at least, all of the first one's size.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <exception cref="ArgumentException">There are none, or their sizes differ.</exception>
    public static RgbImage Of(IReadOnlyList<RgbImage> pictures, int columns)
    {
        if (pictures.Count == 0 || pictures.Any(picture => picture.Width != pictures[0].Width || picture.Height != pictures[0].Height))
        {
            throw new ArgumentException("A sheet needs pictures of one size.", nameof(pictures));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        const int bytes = 3;
        var (line, height) = (pictures[0].Width * bytes, pictures[0].Height);
        var (across, rows) = (columns * line, (pictures.Count + columns - 1) / columns);
        var pixels = new byte[checked(across * rows * height)];
        Array.Fill(pixels, byte.MaxValue);
        foreach (var (i, picture) in pictures.Index())
        {
            var corner = (i / columns * height * across) + (i % columns * line);
            for (var y = 0; y < height; y++)
            {
                picture.Pixels.AsSpan(y * line, line).CopyTo(pixels.AsSpan(corner + (y * across)));
            }
        }

        return new RgbImage(columns * pictures[0].Width, rows * height, pixels);
    }
}
