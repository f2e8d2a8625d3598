using System.Runtime.ExceptionServices;
using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.LatentDiffusion.Sharing;

/// <summary>A run's call of its denoiser that waits for those of others.</summary>
/// <param name="Graph">The denoiser.</param>
/// <param name="Call">Its tensors.</param>
/// <param name="Cancellation">Ends the run.</param>
internal sealed record WaitingCall(Graph Graph, GraphCall Call, CancellationToken Cancellation)
{
    /// <summary>Whether it was made, well or not. Read and written under the lock of who it waits at.</summary>
    public bool Over { get; set; }

    /// <summary>What it met.</summary>
    public ExceptionDispatchInfo? Fault { get; set; }

    /// <summary>Its part of the time that the call it was made in took.</summary>
    public TimeSpan Share { get; set; }

    /// <summary>Whether both can be made as one.</summary>
    public bool FitsBeside(WaitingCall other) => ReferenceEquals(Graph, other.Graph) && Call.FitsBeside(other.Call);
}
