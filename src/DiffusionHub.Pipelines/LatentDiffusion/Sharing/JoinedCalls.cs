using System.Runtime.ExceptionServices;
using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.LatentDiffusion.Sharing;

/// <summary>Makes calls of several runs, those that fit beside each other as one. What goes wrong reaches only the run that it happened to.</summary>
internal static class JoinedCalls
{
    /// <summary>Makes them all; each keeps its fault.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="made">Told of each run of a graph: of how many calls, and of how many samples.</param>
    public static void Run(IReadOnlyList<WaitingCall> calls, Action<int, long>? made)
    {
        foreach (var alike in Alike(calls))
        {
            RunAlike(alike, made);
        }
    }

    private static IEnumerable<List<WaitingCall>> Alike(IReadOnlyList<WaitingCall> calls)
    {
        for (var rest = calls.ToList(); rest is [var first, ..]; rest = [.. rest.Where(call => !call.FitsBeside(first))])
        {
            yield return [.. rest.Where(call => call.FitsBeside(first))];
        }
    }

    private static void RunAlike(List<WaitingCall> calls, Action<int, long>? made)
    {
        try
        {
            Together(calls);
            made?.Invoke(calls.Count, calls.Sum(call => call.Call.Samples));
        }
        catch (OperationCanceledException cancelled)
        {
            // It ends early only when nobody wants it any more.
            calls.ForEach(call => call.Fault = ExceptionDispatchInfo.Capture(new OperationCanceledException(cancelled.Message, cancelled, call.Cancellation)));
        }
        catch (InferenceException) when (calls.Count > 1)
        {
            // Too much for the device at once, or one of them is at fault: halves find out.
            var half = calls.Count / 2;
            RunAlike(calls[..half], made);
            RunAlike(calls[half..], made);
        }
        catch (Exception fault)
        {
            // Whose thread this is must not matter: the fault belongs to the run that asked.
            calls.ForEach(call => call.Fault = ExceptionDispatchInfo.Capture(fault));
        }
    }

    private static void Together(List<WaitingCall> calls)
    {
        using var nobody = new LastCancellation([.. calls.Select(call => call.Cancellation)]);
        using var scope = Interruption.By(nobody.Token);
        var clock = DeviceStopwatch.Start();
        calls[0].Graph.Run([.. calls.Select(call => call.Call)]);
        var (took, samples) = (clock.Elapsed, calls.Sum(call => call.Call.Samples));
        calls.ForEach(call => call.Share += took * call.Call.Samples / samples);
    }
}
