using System.Globalization;

namespace DiffusionHub.Inference.Devices.Cuda;

/// <summary>How ONNX Runtime's CUDA provider is set up; the same for all graphs of a process but for <see cref="Replay"/>.</summary>
public sealed record CudaSettings
{
    /// <summary>The usual settings.</summary>
    public static CudaSettings Default { get; } = new();

    /// <summary>Most bytes that one graph's arena may take of the GPU's memory; null: all.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Whether products of float32 numbers may be computed with 10 bits of mantissa, which is quicker and no longer what PyTorch computes.</summary>
    public bool Tf32 { get; init; }

    /// <summary>Whether runs at fixed addresses are recorded as a CUDA graph and replayed.</summary>
    public bool Replay { get; init; }

    /// <summary>The provider's options, for <paramref name="device"/>.</summary>
    internal Dictionary<string, string> For(Device device)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["device_id"] = device.Number.ToString(CultureInfo.InvariantCulture),
            // The default, an exhaustive search, takes half a second a new shape.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["prefer_nhwc"] = "1",
            ["fuse_conv_bias"] = "1",
            ["use_tf32"] = Tf32 ? "1" : "0",
            // Not by powers of two: weights and scratch of several models share the memory.
            ["arena_extend_strategy"] = "kSameAsRequested",
            ["enable_cuda_graph"] = Replay ? "1" : "0",
        };
        if (MemoryLimit is { } limit)
        {
            options["gpu_mem_limit"] = limit.ToString(CultureInfo.InvariantCulture);
        }

        return options;
    }
}
