namespace DiffusionHub.Web.Shared.Uploads;

/// <summary>How large a picture may be that somebody gives the hub.</summary>
internal static class UploadLimits
{
    /// <summary>Most bytes of the file.</summary>
    public const int Bytes = 32 * 1024 * 1024;

    /// <summary>Most pixels: 4096 × 4096.</summary>
    public const long Pixels = 4096L * 4096L;
}
