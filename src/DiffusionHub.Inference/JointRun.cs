namespace DiffusionHub.Inference;

/// <summary>Several calls of a graph as one run over all their samples.</summary>
internal static class JointRun
{
    /// <summary>Runs <paramref name="calls"/>, which fit beside each other.</summary>
    public static void Run(Graph graph, IReadOnlyList<GraphCall> calls)
    {
        var rented = new List<GraphTensor>();
        try
        {
            var inputs = Stack(calls, call => call.Inputs, rented);
            var outputs = Stack(calls, call => call.Outputs, rented);
            Copy(calls, call => call.Inputs, inputs, gather: true);
            graph.Run(inputs, outputs);
            Copy(calls, call => call.Outputs, outputs, gather: false);
        }
        finally
        {
            rented.ForEach(tensor => tensor.Dispose());
        }
    }

    private static List<(string Name, GraphTensor Value)> Stack(
        IReadOnlyList<GraphCall> calls, Func<GraphCall, IReadOnlyList<(string Name, GraphTensor Value)>> tensors, List<GraphTensor> rented)
    {
        var stacked = new List<(string Name, GraphTensor Value)>();
        foreach (var (name, first) in tensors(calls[0]))
        {
            var tensor = first.RentAlike(calls.Sum(call => call.Samples));
            rented.Add(tensor);
            stacked.Add((name, tensor));
        }

        return stacked;
    }

    private static void Copy(
        IReadOnlyList<GraphCall> calls, Func<GraphCall, IReadOnlyList<(string Name, GraphTensor Value)>> tensors, List<(string Name, GraphTensor Value)> all, bool gather)
    {
        var first = 0L;
        foreach (var call in calls)
        {
            for (var i = 0; i < all.Count; i++)
            {
                var one = tensors(call)[i].Value;
                if (gather)
                {
                    one.CopyTo(all[i].Value, first);
                }
                else
                {
                    one.CopyFrom(all[i].Value, first);
                }
            }

            first += call.Samples;
        }
    }
}
