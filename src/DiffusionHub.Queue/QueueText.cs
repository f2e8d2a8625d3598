using System.Globalization;

namespace DiffusionHub.Queue;

/// <summary>Fills the places of a text.</summary>
internal static class QueueText
{
    public static string Of(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
