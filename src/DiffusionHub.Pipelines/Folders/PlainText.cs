using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>Text out of files that strangers wrote, made fit to be stored and shown.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text without control characters (each becomes a space: a database refuses U+0000, a terminal obeys others) and without halves of
    /// surrogate pairs, which no encoding has.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var plain = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var whole = Rune.DecodeFromUtf16(rest, out var rune, out var used) == OperationStatus.Done;
            if (whole)
            {
                plain.Append(Rune.IsControl(rune) ? " " : rest[..used]);
            }

            rest = rest[used..];
        }

        return plain.ToString().Trim();
    }
}
