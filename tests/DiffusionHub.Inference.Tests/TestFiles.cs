using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DiffusionHub.Inference.Tests;

internal static class TestFiles
{
    /// <summary>The model that comes with the hub.</summary>
    public static string Sprout
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(System.IO.Path.Combine(at.FullName, "DiffusionHub.sln")))
            {
                at = at.Parent ?? throw new DirectoryNotFoundException("models/sprout");
            }

            return System.IO.Path.Combine(at.FullName, "models", "sprout");
        }
    }

    public static string Path(params string[] parts) => System.IO.Path.Combine([AppContext.BaseDirectory, "goldens", .. parts]);

    /// <summary>Values of a float32 .npy file as a tensor.</summary>
    public static GraphTensor<float> Npy(params string[] path)
    {
        var bytes = File.ReadAllBytes(Path(path));
        var data = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var header = Encoding.ASCII.GetString(bytes, 10, data - 10);
        header.ShouldContain("'<f4'");
        var sides = header[(header.IndexOf('(') + 1)..header.IndexOf(')')].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var tensor = GraphTensor.Rent<float>([.. sides.Select(side => long.Parse(side))]);
        MemoryMarshal.Cast<byte, float>(bytes.AsSpan(data)).CopyTo(tensor.Values);
        return tensor;
    }

    // max|a − b| / max(1, max|b|)
    public static double Error(GraphTensor<float> actual, GraphTensor<float> expected)
    {
        actual.Shape.ShouldBe(expected.Shape);
        double worst = 0, largest = 1;
        for (var i = 0; i < actual.Values.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs((double)actual.Values[i] - expected.Values[i]));
            largest = Math.Max(largest, Math.Abs(expected.Values[i]));
        }

        return worst / largest;
    }
}
