using System.Text.Json;

namespace DiffusionHub.Inference.Profiles;

/// <summary>Reads what ONNX Runtime's profiler writes: a list of events, of which those of kind <c>Node</c> are runs of a kernel (<c>dur</c> in microseconds).</summary>
internal static class KernelEvents
{
    private const string Ending = "_kernel_time";

    /// <summary>Each run of a kernel: its node, its operator, and its time in milliseconds.</summary>
    public static IEnumerable<(string Node, string Operator, double Milliseconds)> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var document = JsonDocument.Parse(file);
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString() is { } name && name.EndsWith(Ending, StringComparison.Ordinal))
            {
                yield return (name[..^Ending.Length], entry.GetProperty("args").GetProperty("op_name").GetString() ?? "", entry.GetProperty("dur").GetDouble() / 1000);
            }
        }
    }
}
