using System.Globalization;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>
/// Gives an exported text encoder the outputs that pipelines need to skip layers: what each layer makes (<c>hidden_states.i</c>), where the
/// exporter left it out, and that after the last normalisation (<c>normal_states.i</c>). What cannot be found is left out.
/// </summary>
internal sealed class TextStates(OnnxModel model, OnnxEdit edit)
{
    // CLIP's, all of them.
    private const float Epsilon = 1e-5f;
    private const string FinalNorm = "final_layer_norm";
    private const int MostLayers = 200;

    // Beginning of the names of what is added: no exporter's.
    private const string Own = "hub/";
    private readonly OnnxTrace trace = new(model);

    /// <summary>Adds them; returns all outputs that there are then.</summary>
    public GraphBinding Add(GraphBinding binding)
    {
        var outputs = new Dictionary<string, BoundTensor>(binding.Outputs, StringComparer.Ordinal);
        var like = (outputs.GetValueOrDefault("last_hidden_state") ?? outputs.Values.FirstOrDefault(o => o.Known.Ranks.Contains(3)))?.Value;
        var final = trace.Norm(FinalNorm) ?? (outputs.TryGetValue("last_hidden_state", out var last) ? trace.NormThatMakes(last.Value.Name) : null);
        AddHidden(outputs, final, like);
        if (final is not null)
        {
            foreach (var (name, state) in outputs.ToList())
            {
                if (name.StartsWith("hidden_states.", StringComparison.Ordinal))
                {
                    var known = new KnownName("normal" + name["hidden".Length..], [3]);
                    var value = Own + known.Name;
                    edit.Added.Node(value, "LayerNormalization", "", [state.Value.Name, final.Weight, final.Bias], [value], [new("axis", -1L), new("epsilon", final.Epsilon ?? Epsilon)]);
                    Output(outputs, known, state.Value with { Name = value });
                }
            }
        }

        return binding with { Outputs = outputs };
    }

    private void AddHidden(Dictionary<string, BoundTensor> outputs, OnnxNorm? final, OnnxValue? like)
    {
        var states = new List<string?>();
        while (states.Count < MostLayers && trace.Norm(string.Create(CultureInfo.InvariantCulture, $"layers.{states.Count}.layer_norm1")) is { } norm)
        {
            states.Add(norm.Of);
        }

        // Without a layer's own normalisation nothing tells that the last one's input is a layer's output.
        if (states.Count > 0)
        {
            states.Add(final?.Of);
        }

        for (var i = 0; i < states.Count; i++)
        {
            var known = GraphBinding.HiddenState(i);
            if (states[i] is { } state && !outputs.ContainsKey(known.Name))
            {
                var value = Own + known.Name;
                edit.Added.Node(value, "Identity", "", [state], [value], []);
                Output(outputs, known, like is null ? new OnnxValue(value, OnnxType.Float, null) : like with { Name = value });
            }
        }
    }

    private void Output(Dictionary<string, BoundTensor> outputs, KnownName known, OnnxValue value)
    {
        edit.Added.Output(value.Name, value.Type ?? OnnxType.Float, [.. value.Shape ?? ["batch", "tokens", "width"]]);
        outputs[known.Name] = new BoundTensor(known, value);
    }
}
