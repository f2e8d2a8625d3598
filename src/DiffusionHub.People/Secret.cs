using System.Security.Cryptography;
using System.Text;

namespace DiffusionHub.People;

/// <summary>Secrets that the hub gives away once and keeps as SHA-256: cookies of sessions, API keys, links. Each has 160 random bits, so that a fast hash is enough.</summary>
public static class Secret
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int Characters = 32; // of 5 bits

    /// <summary>A new secret: letters and digits that are not mistaken for each other.</summary>
    public static string New() => RandomNumberGenerator.GetString(Letters, Characters);

    /// <summary>What the database knows of it, 32 bytes.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
