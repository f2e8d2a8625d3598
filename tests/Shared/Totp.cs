using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace DiffusionHub.Tests;

/// <summary>An authenticator app (RFC 6238: HMAC-SHA1, 30 s, six digits).</summary>
internal static class Totp
{
    /// <summary>The code now, or so many steps later.</summary>
    public static string Code(string key, int later = 0)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30) + later);
#pragma warning disable CA5350 // What authenticator apps use.
        var hash = HMACSHA1.HashData(Bytes(key), counter);
#pragma warning restore CA5350
        var number = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Bytes(string key)
    {
        var bits = string.Concat(key.Where(char.IsLetterOrDigit).Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(b => b.Length == 8).Select(b => Convert.ToByte(new string(b), 2))];
    }
}
