using DiffusionHub.Inference;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>A run's conditions as inputs of a UNet or a ControlNet: for each pass and each picture the same, the negative prompt's pass first.</summary>
internal static class ConditionTensors
{
    public static IEnumerable<(string Name, GraphTensor Value)> Of(Conditioning conditioning, int count)
    {
        PromptCondition[] passes = conditioning.Negative is { } negative ? [negative, conditioning.Positive] : [conditioning.Positive];
        if (conditioning.Tokens > 0)
        {
            yield return ("encoder_hidden_states", Repeat(passes.Select(p => p.Context), count, conditioning.Tokens, conditioning.Width));
        }

        if (conditioning.ClassLabel is { } label)
        {
            var labels = GraphTensor.Rent<long>(passes.Length * count);
            labels.Values.Fill(label);
            yield return ("class_labels", labels);
        }

        if (conditioning.Positive is { Pooled: { } pooled, Sizes: { } sizes })
        {
            yield return ("text_embeds", Repeat(passes.Select(p => p.Pooled!), count, pooled.Length));
            yield return ("time_ids", Repeat(passes.Select(p => p.Sizes!), count, sizes.Length));
        }

        if (conditioning.Guidance is { } guidance)
        {
            yield return ("timestep_cond", Repeat(passes.Select(_ => guidance), count, guidance.Length));
        }
    }

    private static GraphTensor<float> Repeat(IEnumerable<float[]> passes, int count, params ReadOnlySpan<long> shape)
    {
        var rows = passes.SelectMany(values => Enumerable.Repeat(values, count)).ToList();
        var tensor = GraphTensor.Rent<float>([rows.Count, .. shape]);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].CopyTo(tensor.Values[(i * rows[i].Length)..]);
        }

        return tensor;
    }
}
