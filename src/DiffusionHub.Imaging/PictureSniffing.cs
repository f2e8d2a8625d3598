using System.Globalization;

namespace DiffusionHub.Imaging;

/// <summary>
/// Looks at a stranger's bytes before any decoder does. Only PNG, JPEG and WebP are let through: each has one decoder that is fuzzed day
/// and night, and none of them runs scripts, opens addresses or hands the file on to another program.
/// </summary>
internal static class PictureSniffing
{
    /// <summary>
    /// Most passes of a JPEG. A decoder goes over the whole picture once a pass, so that a small file may ask for minutes; libjpeg's own
    /// progressive script has 10, the longest in use by optimizers about 20.
    /// </summary>
    public const int MostScans = 32;

    private static ReadOnlySpan<byte> Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>Refuses what is not one of the three formats, and a JPEG of too many passes.</summary>
    /// <exception cref="ImagingException">It is refused.</exception>
    public static void Check(ReadOnlySpan<byte> encoded)
    {
        if (encoded.StartsWith(Jpeg))
        {
            if (Scans(encoded) > MostScans)
            {
                throw new ImagingException(string.Format(CultureInfo.InvariantCulture, ImagingTexts.TooManyScans, MostScans));
            }
        }
        else if (!encoded.StartsWith(Png) && !IsWebP(encoded))
        {
            throw new ImagingException(ImagingTexts.UnknownFormat);
        }
    }

    /// <summary>Number of start-of-scan markers before the end of the image; counting stops above <see cref="MostScans"/>. ITU-T T.81, annex B.</summary>
    internal static int Scans(ReadOnlySpan<byte> jpeg)
    {
        const byte EndOfImage = 0xD9, StartOfScan = 0xDA, StartOfImage = 0xD8, FirstRestart = 0xD0, Temporary = 0x01;
        var scans = 0;
        for (var rest = jpeg; scans <= MostScans && rest.IndexOf((byte)0xFF) is >= 0 and var mark && mark + 1 < rest.Length;)
        {
            var marker = rest[mark + 1];
            // 0xFF may be repeated before a marker; a stuffed zero and restarts belong to a scan's data; all of them have no length.
            if (marker is 0xFF)
            {
                rest = rest[(mark + 1)..];
                continue;
            }

            rest = rest[(mark + 2)..];
            if (marker is 0 or Temporary or (>= FirstRestart and <= StartOfImage))
            {
                continue;
            }

            if (marker is EndOfImage || rest.Length < 2)
            {
                break;
            }

            scans += marker is StartOfScan ? 1 : 0;
            rest = rest[Math.Min(rest.Length, Math.Max(2, (rest[0] << 8) | rest[1]))..];
        }

        return scans;
    }

    private static bool IsWebP(ReadOnlySpan<byte> encoded) => encoded.Length >= 12 && encoded.StartsWith("RIFF"u8) && encoded[8..].StartsWith("WEBP"u8);
}
