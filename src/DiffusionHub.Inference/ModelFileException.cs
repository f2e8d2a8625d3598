using System.Globalization;

namespace DiffusionHub.Inference;

/// <summary>A model's file cannot be used. The message is meant for people: it names the file, what was expected and what was found.</summary>
public sealed class ModelFileException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static ModelFileException Of(string text, params object[] values) => new(string.Format(CultureInfo.InvariantCulture, text, values));
}
