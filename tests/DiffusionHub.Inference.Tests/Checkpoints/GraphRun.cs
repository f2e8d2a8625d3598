namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>Runs any graph of a model once, on inputs that are the same each time.</summary>
internal static class GraphRun
{
    private const int Batch = 2, Side = 8, Tokens = 7;

    public static SortedDictionary<string, float[]> Outputs(Graph graph, long sizes)
    {
        var inputs = graph.Inputs.Values.Select(input => (input.Name, Value: Input(input, sizes))).ToList();
        var side = inputs.Find(input => input.Name is "latent_sample" or "sample").Value?.Shape[^1] ?? 0;
        var outputs = graph.Outputs.Values.Select(output => (output.Name, Value: GraphTensor.Rent<float>(OutputShape(output, side)))).ToList();
        graph.Run([.. inputs], [.. outputs.Select(output => (output.Name, (GraphTensor)output.Value))]);
        var values = new SortedDictionary<string, float[]>(outputs.ToDictionary(output => output.Name, output => output.Value.Values.ToArray()), StringComparer.Ordinal);
        inputs.ForEach(input => input.Value.Dispose());
        outputs.ForEach(output => output.Value.Dispose());
        return values;
    }

    private static GraphTensor Input(TensorInfo input, long sizes)
    {
        if (input.Name is "input_ids")
        {
            var ids = GraphTensor.Rent<long>(Batch, Tokens);
            for (var i = 0; i < ids.Values.Length; i++)
            {
                ids.Values[i] = i % Tokens == Tokens - 2 ? 49 : (5 * i) % 48;
            }

            return ids;
        }

        long[] shape = input.Name switch
        {
            "timestep" => [Batch],
            "encoder_hidden_states" => [Batch, Tokens, input.Shape[^1]],
            "text_embeds" => [Batch, 96],
            "time_ids" => [Batch, sizes],
            "conditioning_scale" => [1],
            "controlnet_cond" => [Batch, input.Shape[1], 8 * Side, 8 * Side],
            _ => [Batch, input.Shape[1], input.Shape[1] == 3 ? 2 * Side : Side, input.Shape[1] == 3 ? 2 * Side : Side],
        };
        var tensor = GraphTensor.Rent<float>(shape);
        for (var i = 0; i < tensor.Values.Length; i++)
        {
            tensor.Values[i] = input.Name is "timestep" or "time_ids" ? 100 + (37 * i) : MathF.Sin((i * 0.37f) + shape.Length);
        }

        return tensor;
    }

    private static long[] OutputShape(TensorInfo output, long side) => output.Name switch
    {
        "mid_block_res_sample" or "down_block_res_samples.2" or "down_block_res_samples.3" => [Batch, output.Shape[1], side / 2, side / 2],
        _ when output.Name.StartsWith("down_block", StringComparison.Ordinal) => [Batch, output.Shape[1], side, side],
        "out_sample" => [Batch, output.Shape[1], side, side],
        "sample" => [Batch, 3, 2 * side, 2 * side],
        "latent_parameters" => [Batch, output.Shape[1], side / 2, side / 2],
        "text_embeds" or "pooler_output" => [Batch, output.Shape[1]],
        _ => [Batch, Tokens, output.Shape[2]],
    };
}
