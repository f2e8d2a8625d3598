namespace DiffusionHub.Inference.Devices;

/// <summary>The numbers that graphs calculate with. What goes into a graph and comes out of it is float32 either way.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Float32,

    /// <summary>float16, but for the parts that need more range.</summary>
    Float16,

    /// <summary>float32, but for the linear layers of transformers, whose products are of 8-bit integers. For the processor.</summary>
    Int8,
}
