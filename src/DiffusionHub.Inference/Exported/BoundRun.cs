using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Exported;

/// <summary>Runs a graph under other names, types, and numbers of pictures at once, than it has.</summary>
internal delegate void RunGraph(string[] inputs, OrtValue[] inputValues, string[] outputs, OrtValue[] outputValues);

/// <summary>
/// One run of a bound graph. What the graph takes as it is, it gets as it is; else numbers are converted, and where the graph has a fixed
/// number of pictures at once, or one timestep for all, it runs several times.
/// </summary>
internal sealed class BoundRun
{
    private readonly List<(BoundTensor Bound, GraphTensor Value)> inputs;
    private readonly List<(BoundTensor Bound, GraphTensor Value)> outputs;
    private readonly int pictures;
    private readonly int? batch;

    /// <exception cref="InferenceException">A name is not there, or the tensors are for different numbers of pictures.</exception>
    public BoundRun(GraphBinding binding, IReadOnlyList<(string Name, GraphTensor Value)> inputs, IReadOnlyList<(string Name, GraphTensor Value)> outputs)
    {
        this.inputs = Bind(binding.Path, "input", binding.Inputs, inputs);
        this.outputs = Bind(binding.Path, "output", binding.Outputs, outputs);
        pictures = Rows(this.inputs[0].Value);
        foreach (var (_, value) in this.inputs.Concat(this.outputs))
        {
            _ = Rows(value) == pictures ? 0 : throw new InferenceException(string.Format(null, ExportedTexts.Batch, binding.Path, pictures, Rows(value)));
        }

        batch = (int?)this.inputs.Where(i => i.Bound.Known.Ranks.Contains(0) is false).Select(i => i.Bound.Batch).FirstOrDefault(b => b is not null);
    }

    public void Run(RunGraph run)
    {
        var alike = inputs.TrueForAll(i => !Shared(i.Bound) || AllAlike(i.Value));
        var step = alike ? batch ?? pictures : 1;
        for (var first = 0; first < pictures; first += step)
        {
            Run(run, first, Math.Min(step, pictures - first));
        }
    }

    // Pictures from first on; the last one again where the graph wants more.
    private void Run(RunGraph run, int first, int count)
    {
        var rented = new List<GraphTensor>();
        try
        {
            var given = inputs.ConvertAll(input => Given(input.Bound, input.Value, first, count, rented));
            var taken = outputs.ConvertAll(output => Fits(output.Bound, output.Value) ? output.Value : Rent(output.Bound, output.Value, batch ?? count, rented));
            run(Names(inputs), Values(given), Names(outputs), Values(taken));
            for (var i = 0; i < taken.Count; i++)
            {
                if (taken[i] != outputs[i].Value)
                {
                    var length = Length(outputs[i].Value);
                    TensorConversion.Copy(taken[i], 0, outputs[i].Value, first * length, count * length);
                }
            }
        }
        finally
        {
            rented.ForEach(tensor => tensor.Dispose());
        }
    }

    private GraphTensor Given(BoundTensor bound, GraphTensor value, int first, int count, List<GraphTensor> rented)
    {
        if (Fits(bound, value))
        {
            return value;
        }

        var rows = Shared(bound) ? 1 : batch ?? count;
        var given = Rent(bound, value, rows, rented);
        var length = Length(value);
        for (var row = 0; row < rows; row++)
        {
            TensorConversion.Copy(value, (first + Math.Min(row, count - 1)) * length, given, row * length, length);
        }

        return given;
    }

    private static GraphTensor Rent(BoundTensor bound, GraphTensor value, int rows, List<GraphTensor> rented)
    {
        var tensor = TensorConversion.Rent(bound.Type, bound.Value.Shape is { Count: 0 } ? [] : [rows, .. value.Shape.Skip(1)]);
        rented.Add(tensor);
        return tensor;
    }

    private bool Fits(BoundTensor bound, GraphTensor value) => value.Is(bound.Type) && !Shared(bound) && (batch ?? pictures) == pictures && !inputs.Exists(i => Shared(i.Bound) && !AllAlike(i.Value));

    // One number for all pictures: a scalar, or a list of one beside any number of pictures.
    private bool Shared(BoundTensor bound) => bound.Value.Shape is { Count: 0 } || (bound.Batch == 1 && batch != 1);

    private static bool AllAlike(GraphTensor value) => value switch
    {
        GraphTensor<float> t => t.Values.IndexOfAnyExcept(t.Values[0]) < 0,
        GraphTensor<long> t => t.Values.IndexOfAnyExcept(t.Values[0]) < 0,
        GraphTensor<int> t => t.Values.IndexOfAnyExcept(t.Values[0]) < 0,
        _ => Rows(value) == 1,
    };

    private static int Rows(GraphTensor value) => (int)value.Shape[0];

    private static int Length(GraphTensor value) => (int)value.Shape.Skip(1).Aggregate(1L, (product, side) => product * side);

    private static string[] Names(List<(BoundTensor Bound, GraphTensor Value)> tensors) => [.. tensors.Select(t => t.Bound.Value.Name)];

    private static OrtValue[] Values(List<GraphTensor> tensors) => [.. tensors.Select(t => t.Value)];

    private static List<(BoundTensor Bound, GraphTensor Value)> Bind(string path, string kind, IReadOnlyDictionary<string, BoundTensor> bound, IReadOnlyList<(string Name, GraphTensor Value)> tensors) =>
        [.. tensors.Select(t => bound.TryGetValue(t.Name, out var to) ? (to, t.Value)
            : throw new InferenceException(string.Format(null, ExportedTexts.NoTensor, path, kind, t.Name, string.Join(", ", bound.Keys))))];
}
