using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.LatentDiffusion.Sharing;

/// <summary>Makes a run's calls of its denoiser.</summary>
internal interface IDenoiserCalls
{
    /// <summary>Makes one call and waits for it.</summary>
    void Run(Graph graph, GraphCall call);
}

/// <summary>For runs that nobody shares a model with.</summary>
internal sealed class OwnCalls : IDenoiserCalls
{
    public static readonly OwnCalls Instance = new();

    public void Run(Graph graph, GraphCall call) => graph.Run(call.Inputs, call.Outputs);
}
