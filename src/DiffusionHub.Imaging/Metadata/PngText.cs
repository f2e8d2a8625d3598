using System.Buffers.Binary;
using System.Text;

namespace DiffusionHub.Imaging.Metadata;

/// <summary>Text chunks of a PNG (specification, third edition, 11.3.3). libvips writes them too, but never chooses iTXt, which other tools need beyond Latin-1.</summary>
public static class PngText
{
    /// <summary>Keyword under which tools of the AUTOMATIC1111 family look for a picture's parameters.</summary>
    public const string Parameters = "parameters";

    private const int HeaderEnd = 8 + 12 + 13;
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The same PNG with one more text: tEXt where Latin-1 can hold it, iTXt (UTF-8) where not.</summary>
    public static byte[] Insert(ReadOnlySpan<byte> png, string keyword, string text)
    {
        if (png.Length < HeaderEnd || !png.StartsWith(Signature))
        {
            throw new ImagingException(ImagingTexts.NotPng);
        }

        byte[] key = [.. Encoding.Latin1.GetBytes(keyword), 0];
        var chunk = text.All(c => c <= 0xFF && c != 0)
            ? Chunk("tEXt"u8, [.. key, .. Encoding.Latin1.GetBytes(text)])
            // After the keyword: not compressed, method 0, no language, no translated keyword.
            : Chunk("iTXt"u8, [.. key, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]);
        return [.. png[..HeaderEnd], .. chunk, .. png[HeaderEnd..]];
    }

    /// <summary>The text under <paramref name="keyword"/>, or null. Compressed texts are left alone.</summary>
    public static string? Read(ReadOnlySpan<byte> png, string keyword)
    {
        if (!png.StartsWith(Signature))
        {
            return null;
        }

        var rest = png[Signature.Length..];
        byte[] key = [.. Encoding.Latin1.GetBytes(keyword), 0];
        while (rest.Length >= 12)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > (uint)rest.Length - 12)
            {
                return null;
            }

            var type = rest.Slice(4, 4);
            var data = rest.Slice(8, (int)length);
            if (data.StartsWith(key))
            {
                data = data[key.Length..];
                if (type.SequenceEqual("tEXt"u8))
                {
                    return Encoding.Latin1.GetString(data);
                }

                if (type.SequenceEqual("iTXt"u8) && data.Length >= 2 && data[0] == 0)
                {
                    data = AfterNull(AfterNull(data[2..]));
                    return Encoding.UTF8.GetString(data);
                }
            }

            rest = rest[(12 + (int)length)..];
        }

        return null;
    }

    private static ReadOnlySpan<byte> AfterNull(ReadOnlySpan<byte> data) => data[(data.IndexOf((byte)0) + 1)..];

    internal static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    // CRC-32 as in the specification's annex D, bit by bit: the texts are short.
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            }
        }

        return ~crc;
    }
}
