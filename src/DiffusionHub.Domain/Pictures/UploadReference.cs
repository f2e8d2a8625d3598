using System.Buffers;

namespace DiffusionHub.Domain.Pictures;

/// <summary>How a request refers to a picture that somebody gave it: <c>upload:</c> and the SHA-256 of its stored form.</summary>
public static class UploadReference
{
    private const string Prefix = "upload:";
    private const int HashCharacters = 64;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>The reference to the upload of that hash (lower-case hex).</summary>
    public static string Of(string hash) => Prefix + hash;

    /// <summary>Where the blob of a reference lies; null where it is no such reference.</summary>
    public static string? KeyOf(string reference) =>
        reference.StartsWith(Prefix, StringComparison.Ordinal) && reference.Length == Prefix.Length + HashCharacters && reference.AsSpan(Prefix.Length).IndexOfAnyExcept(Hex) < 0
            ? $"uploads/{reference.AsSpan(Prefix.Length, 2)}/{reference.AsSpan(Prefix.Length)}.png"
            : null;
}
