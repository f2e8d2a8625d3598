using System.Buffers.Binary;
using DiffusionHub.Inference.Tests.Adapters;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

public sealed class StoredNumbersTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-numbers-");

    private string At => Path.Combine(folder.FullName, "numbers.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(WeightType.Float32)]
    [InlineData(WeightType.Float16)]
    [InlineData(WeightType.BFloat16)]
    public void Floating_point_numbers_are_read_as_they_are_stored(WeightType type)
    {
        float[] values = [1, -0.5f, 3.25f, 0, 96, -7];
        TestWeights.Write(At, new Dictionary<string, TestTensor> { ["other"] = new([1], [9]), ["mean"] = new([2, 3], values) }, type);
        using var file = SafetensorsFile.Open(At);
        file.Floats("mean", -1, 3).ShouldBe(values);
        Should.Throw<ModelFileException>(() => file.Floats("mean", 3, 2)).Message.ShouldContain("[3, 2]");
        Should.Throw<ModelFileException>(() => file.Floats("mean", 6)).Message.ShouldContain("[2, 3]");
        Should.Throw<ModelFileException>(() => file.Floats("deviation", 6)).Message.ShouldContain("lacks the tensor “deviation”");
        Should.Throw<ModelFileException>(() => file.Integers("mean", 2, 3)).Message.ShouldContain("I8");
    }

    [Fact]
    public void Integers_of_8_bits_have_a_sign_and_are_no_weights()
    {
        var header = """{"features":{"dtype":"I8","shape":[3],"data_offsets":[0,3]}}"""u8;
        var bytes = new byte[8 + header.Length + 3];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(8));
        (bytes[^3], bytes[^2], bytes[^1]) = (127, 0, 0x80);
        File.WriteAllBytes(At, bytes);
        using var file = SafetensorsFile.Open(At);
        file.Integers("features", 3).ShouldBe([127, 0, -128]);
        Should.Throw<ModelFileException>(() => file.Floats("features", 3)).Message.ShouldContain("F32");
        using var weights = WeightSet.Open(At);
        Should.Throw<ModelFileException>(() => weights.Get("features", [3])).Message.ShouldContain("F32");
        Should.NotThrow(() => weights.CheckFinite());
    }

    [Fact]
    public void What_is_no_number_is_refused()
    {
        TestWeights.Write(At, new Dictionary<string, TestTensor> { ["mean"] = new([2], [1, float.NaN]) });
        using var file = SafetensorsFile.Open(At);
        Should.Throw<ModelFileException>(() => file.Floats("mean", 2)).Message.ShouldContain("not a number");
    }
}
