namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>Counts the parts of a file, so that one of nothing but empty parts does not fill the memory.</summary>
internal sealed class PartCount
{
    // Far beyond any model of these families: the largest have some 20,000 nodes.
    private const int Most = 400_000;
    private int count;

    /// <exception cref="InvalidDataException">There are too many.</exception>
    public void Add() => count = count < Most ? count + 1 : throw new InvalidDataException(string.Format(null, ExportedTexts.TooMany, Most));
}
