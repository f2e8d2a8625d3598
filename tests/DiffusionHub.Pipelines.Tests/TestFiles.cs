using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>Files beside the tests, and the model that comes with the hub.</summary>
internal static class TestFiles
{
    public static ModelSource Sprout => ModelFolders.Usual(null).Find("sprout");

    public static string Path(params string[] parts) => System.IO.Path.Combine([AppContext.BaseDirectory, .. parts]);

    /// <summary>Values of a float32 .npy file.</summary>
    public static float[] Npy(byte[] bytes)
    {
        Encoding.Latin1.GetString(bytes, 1, 5).ShouldBe("NUMPY");
        var data = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Encoding.ASCII.GetString(bytes, 10, data - 10).ShouldContain("'<f4'");
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(data)).ToArray();
    }

    // max|a − b| / max(1, max|b|)
    public static double Error(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        actual.Length.ShouldBe(expected.Length);
        double worst = 0, largest = 1;
        for (var i = 0; i < actual.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs((double)actual[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return worst / largest;
    }
}
