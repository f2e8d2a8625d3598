using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private const string Good =
        """{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"b":{"dtype":"BF16","shape":[],"data_offsets":[12,14]},"c":{"dtype":"F32","shape":[0,7],"data_offsets":[14,14]},"d":{"dtype":"I64","shape":[1],"data_offsets":[14,22]}}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-weights-");

    private string Path => System.IO.Path.Combine(folder.FullName, "weights.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Names_types_shapes_and_places_are_read()
    {
        Write(Good, 22);
        var header = SafetensorsHeader.Read(Path);
        var begin = 8 + Good.Length;
        header.Tensors.Keys.ShouldBe(["a.weight", "b", "c", "d"]);
        header.Tensors["a.weight"].ShouldSatisfyAllConditions(
            t => (t.Type, t.Offset, t.Length).ShouldBe((WeightType.Float16, begin, 12)),
            t => t.Shape.ShouldBe([2, 3]));
        (header.Tensors["b"].Type, header.Tensors["b"].Shape.Count).ShouldBe((WeightType.BFloat16, 0));
        (header.Tensors["c"].Type, header.Tensors["c"].Length).ShouldBe((WeightType.Float32, 0));
        header.Tensors["d"].Type.ShouldBe(WeightType.Other);
        header.Metadata["format"].ShouldBe("pt");
        header.FileLength.ShouldBe(begin + 22);
        using var file = SafetensorsFile.Open(Path);
        file.Header.Tensors.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("\"shape\":[2,3]", "\"shape\":[2,4]", "a.weight", "16", "12")]
    [InlineData("\"shape\":[2,3]", "\"shape\":[9223372036854775807,9223372036854775807,9223372036854775807]", "a.weight", "12")]
    [InlineData("\"shape\":[2,3]", "\"shape\":[2,-3]", "whole numbers")]
    [InlineData("\"F16\"", "\"F17\"", "a.weight", "F17", "BF16")]
    [InlineData("[12,14]", "[10,12]", "overlaps", "“b”", "12", "10")]
    [InlineData("[14,22]", "[15,23]", "gap", "“d”", "14", "15")]
    [InlineData("[14,22]", "[9223372036854775799,9223372036854775807]", "“d”")]
    [InlineData("\"b\"", "\"a.weight\"", "a.weight", "twice")]
    [InlineData("\"dtype\":\"BF16\",", "", "“b”", "dtype")]
    [InlineData("[12,14]", "[14]", "“b”", "data_offsets")]
    [InlineData("\"format\":\"pt\"", "\"format\":1", "damaged")]
    [InlineData("\"d\":", "\"d\"", "damaged")]
    public void A_header_that_lies_is_refused_with_what_was_expected_and_found(string part, string instead, params string[] says)
    {
        Write(Good.Replace(part, instead, StringComparison.Ordinal), 22);
        var message = Should.Throw<ModelFileException>(() => SafetensorsHeader.Read(Path)).Message;
        says.Append(Path).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(23)]
    public void A_file_of_another_length_is_refused(int data)
    {
        Write(Good, data);
        Should.Throw<ModelFileException>(() => SafetensorsHeader.Read(Path)).Message
            .ShouldContain(string.Format(CultureInfo.InvariantCulture, "expected {0:N0} bytes, found {1:N0}", 30 + Good.Length, 8 + Good.Length + data));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(100_000_001L)]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    public void A_header_length_beyond_the_limits_is_refused_before_anything_is_allocated(long length)
    {
        Write(Good, 22, length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<ModelFileException>(() => SafetensorsHeader.Read(Path)).Message.ShouldContain("100,000,000");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(200_000);
    }

    [Theory]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 0, 0, 8, 8, 0, 0, 0 }, "zip")]
    [InlineData(new byte[] { 0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A }, "pickle")]
    [InlineData(new byte[] { 0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0, 0, 0, 0 }, "47475546")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0 }, "expected 10 bytes, found 8")]
    [InlineData(new byte[] { }, "found 0")]
    public void Something_else_in_disguise_is_recognised(byte[] bytes, string says)
    {
        File.WriteAllBytes(Path, bytes);
        var message = Should.Throw<ModelFileException>(() => SafetensorsFile.Open(Path)).Message;
        message.ShouldContain(says);
        message.ShouldContain(Path);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<ModelFileException>(() => SafetensorsFile.Open(Path)).Message.ShouldContain(Path);

    // Every damage either leaves a header that is still true or is refused; memory stays within a small multiple of the file.
    [Fact]
    public void Ten_thousand_damaged_headers_do_no_harm()
    {
        var random = new Random(20261121);
        var whole = Bytes(Good, 22, Good.Length);
        var (refused, accepted) = (0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            File.WriteAllBytes(Path, Damage(whole, random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                SafetensorsHeader.Read(Path).Tensors.Values.Sum(t => t.Length).ShouldBeLessThan(64);
                accepted++;
            }
            catch (ModelFileException fault)
            {
                fault.Message.ShouldContain(Path);
                refused++;
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(200_000);
        }

        refused.ShouldBeGreaterThan(5_000);
        accepted.ShouldBeGreaterThan(10, "some damages are harmless");
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        string[] pieces = ["99999999999999999999", "-1", "1e9", "\"", "{", "}", "[[[[[[[[", "\\ud800", "\u00ff", "null", ",", "0", "__metadata__", "[1,2]"];
        var bytes = whole.ToArray();
        switch (random.Next(5))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length)];
            case 2:
                random.NextBytes(bytes.AsSpan(0, 8));
                return bytes;
            case 3:
                random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 16), 16));
                return bytes;
            default:
                var at = random.Next(Good.Length);
                var end = Math.Min(Good.Length, at + random.Next(12));
                return Bytes(Good[..at] + pieces[random.Next(pieces.Length)] + Good[end..], 22, null);
        }
    }

    private void Write(string header, int data, long? length = null) => File.WriteAllBytes(Path, Bytes(header, data, length));

    private static byte[] Bytes(string header, int data, long? length)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length ?? text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }
}
