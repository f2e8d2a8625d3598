using DiffusionHub.Inference.Devices.Binding;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>One call of the runtime, when it is the graph's turn, until it ends or is interrupted.</summary>
internal static class GraphExecution
{
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    /// <exception cref="InferenceException">The graph or its device failed.</exception>
    public static void Run(Graph graph, int? recording, Action<RunOptions> run)
    {
        var interruption = Interruption.Current;
        using var turn = InferenceRuntime.TakeTurn(interruption);
        using var options = RunSettings.Options(graph.Device, recording, graph.ReleasesScratch);
        using var ending = interruption.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, options);
        try
        {
            run(options);
        }
        catch (OnnxRuntimeException) when (interruption.IsCancellationRequested)
        {
            throw new OperationCanceledException(interruption);
        }
        catch (OnnxRuntimeException fault)
        {
            throw graph.Faulted(fault);
        }
    }
}
