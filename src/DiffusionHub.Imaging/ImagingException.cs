namespace DiffusionHub.Imaging;

/// <summary>A picture cannot be read or written. The message is meant for people.</summary>
public sealed class ImagingException(string message) : Exception(message);
