using System.Globalization;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Exported;

/// <summary>Which inputs and outputs of a graph are which of the pipelines'.</summary>
/// <param name="Path">The model, for messages.</param>
/// <param name="Inputs">By the pipelines' names.</param>
/// <param name="Outputs">By the pipelines' names.</param>
internal sealed record GraphBinding(string Path, IReadOnlyDictionary<string, BoundTensor> Inputs, IReadOnlyDictionary<string, BoundTensor> Outputs)
{
    /// <summary>Binds <paramref name="model"/>.</summary>
    /// <exception cref="ModelFileException">It lacks what its role needs, or asks for what no pipeline gives.</exception>
    public static GraphBinding Of(OnnxModel model, GraphRole role)
    {
        var known = KnownNames.Inputs(role);
        var inputs = new Dictionary<string, BoundTensor>(StringComparer.Ordinal);
        foreach (var input in model.Inputs)
        {
            var name = known.FirstOrDefault(k => k.Is(input.Name) && !inputs.ContainsKey(k.Name))
                ?? throw ModelFileException.Of(ExportedTexts.UnknownInput, model.Path, input.Name, Word(role), List(known));
            inputs[name.Name] = Bind(model, name, input);
        }

        if (known.FirstOrDefault(k => k.Required && !inputs.ContainsKey(k.Name)) is { } missing)
        {
            throw ModelFileException.Of(ExportedTexts.NoInput, model.Path, Word(role), missing, List(model.Inputs.Select(i => i.Name)));
        }

        return new GraphBinding(model.Path, inputs, OutputsOf(model, role));
    }

    private static Dictionary<string, BoundTensor> OutputsOf(OnnxModel model, GraphRole role)
    {
        var known = KnownNames.Outputs(role);
        var outputs = new Dictionary<string, BoundTensor>(StringComparer.Ordinal);
        foreach (var output in model.Outputs)
        {
            // One alias may mean two things, which the number of dimensions tells apart; an output under no known name is never read.
            var names = known.Where(k => k.Is(output.Name) && !outputs.ContainsKey(k.Name)).ToList();
            if ((names.Find(k => output.Shape is null || k.Ranks.Contains(output.Shape.Count)) ?? names.FirstOrDefault()) is { } name)
            {
                outputs[name.Name] = Bind(model, name, output);
            }
            else if (role == GraphRole.TextEncoder && StateIndex(output.Name) is { } index)
            {
                var state = HiddenState(index);
                outputs[state.Name] = Bind(model, state, output);
            }
        }

        return outputs.Values.Any(o => known.Contains(o.Known)) ? outputs
            : throw ModelFileException.Of(ExportedTexts.NoOutput, model.Path, Word(role), List(known), List(model.Outputs.Select(o => o.Name)));
    }

    public static KnownName HiddenState(int index) => new($"hidden_states.{index}", [3]);

    // hidden_states.7 and hidden_states_7.
    private static int? StateIndex(string name)
    {
        const string stem = "hidden_states";
        return name.Length > stem.Length + 1 && name.StartsWith(stem, StringComparison.Ordinal) && name[stem.Length] is '.' or '_'
            && int.TryParse(name.AsSpan(stem.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }

    private static BoundTensor Bind(OnnxModel model, KnownName name, OnnxValue value)
    {
        if (value.Type is not (OnnxType.Float or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Double or OnnxType.Int32 or OnnxType.Int64))
        {
            throw ModelFileException.Of(ExportedTexts.WrongType, model.Path, value.Name, value.Type?.ToString() ?? "no tensor");
        }

        return value.Shape is not { } shape || name.Ranks.Contains(shape.Count)
            ? new BoundTensor(name, value)
            : throw ModelFileException.Of(ExportedTexts.WrongRank, model.Path, value.Name, string.Join(" / ", name.Ranks), shape.Count);
    }

    private static string Word(GraphRole role) => role switch
    {
        GraphRole.TextEncoder => ExportedTexts.TextEncoder,
        GraphRole.Unet => ExportedTexts.Unet,
        GraphRole.VaeEncoder => ExportedTexts.VaeEncoder,
        _ => ExportedTexts.VaeDecoder,
    };

    // A hostile file's names could fill any log.
    private static string List(IEnumerable<object> names)
    {
        const int most = 1000;
        var list = string.Join(", ", names.Take(30));
        return list.Length <= most ? list : list[..most] + "…";
    }
}
