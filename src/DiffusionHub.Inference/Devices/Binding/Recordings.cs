namespace DiffusionHub.Inference.Devices.Binding;

/// <summary>
/// The numbers under which ONNX Runtime records a graph's runs (<c>gpu_graph_id</c>), one for each set of addresses. None is given twice: a recording stays
/// with the session, and replays over the addresses that it was made with.
/// </summary>
/// <param name="most">How many runs may be recorded; further ones are run without.</param>
internal sealed class Recordings(int most)
{
    /// <summary>The number of a run that is not to be recorded (ONNX Runtime's own).</summary>
    public const int None = -1;

    private int given;

    /// <summary>A number that was not given yet, or <see cref="None"/>.</summary>
    public int Next() => given < most ? given++ : None;
}
