namespace DiffusionHub.Inference.Devices;

/// <summary>What drives a device: one of ONNX Runtime's execution providers.</summary>
public enum DeviceKind
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU through TensorRT, which builds an engine a graph.</summary>
    TensorRt,

    /// <summary>Any GPU through WebGPU.</summary>
    WebGpu,
}
