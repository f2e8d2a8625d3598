using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>An ONNX model in a file, mapped; the files with its weights are held against what it says of them.</summary>
internal sealed class OnnxModel : MappedFile
{
    private const int MostDomains = 100;
    private readonly OnnxGraphReader graph;

    private OnnxModel(string path, long length)
        : base(path, length) => graph = new OnnxGraphReader(new OnnxTensorReader(System.IO.Path.GetDirectoryName(path)!));

    public long IrVersion { get; private set; }

    /// <summary>Version of the operators of each domain; the standard's own is "".</summary>
    public Dictionary<string, long> OperatorSets { get; } = new(StringComparer.Ordinal);

    /// <summary>Operators that the model brings along.</summary>
    public HashSet<(string Domain, string Type)> Functions { get; } = [];

    /// <summary>The graph's message.</summary>
    public OnnxPlace Graph { get; private set; }

    /// <summary>What the graph is given: constants that can be given are not among them.</summary>
    public IEnumerable<OnnxValue> Inputs => graph.Inputs.Where(i => !graph.Initializers.ContainsKey(i.Name));

    public IReadOnlyList<OnnxValue> Outputs => graph.Outputs;

    public IReadOnlyList<OnnxNode> Nodes => graph.Nodes;

    public IReadOnlyDictionary<string, OnnxTensor> Initializers => graph.Initializers;

    /// <summary>All operators that are asked for, those of inner graphs and functions too.</summary>
    public IEnumerable<(string Domain, string Type)> Operators => graph.Nodes.Select(n => (n.Domain, n.Type)).Concat(graph.InnerOperators).Distinct();

    /// <summary>The whole file.</summary>
    public unsafe ReadOnlySpan<byte> All => new((byte*)Memory.DangerousGetHandle(), (int)Length);

    public ReadOnlySpan<byte> this[OnnxPlace place] => All.Slice(place.Start, place.Length);

    /// <summary>Opens and reads the file at <paramref name="path"/>; memory is bounded by its length.</summary>
    /// <exception cref="ModelFileException">It or a file with its weights is missing, truncated, contradicts itself, or points outside of its folder.</exception>
    public static OnnxModel Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        OnnxModel? model = null;
        try
        {
            using var file = File.OpenRead(full);
            model = file.Length is > 0 and <= int.MaxValue ? new OnnxModel(full, file.Length) : throw ModelFileException.Of(ExportedTexts.Size, full, int.MaxValue, file.Length);
            model.Read();
            return model;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            model?.Dispose();
            throw new ModelFileException(string.Format(null, ExportedTexts.Unreadable, full, fault.Message), fault);
        }
        catch (InvalidDataException fault)
        {
            model?.Dispose();
            throw new ModelFileException(string.Format(null, ExportedTexts.Damaged, full, fault.Message), fault);
        }
    }

    private void Read()
    {
        var graphs = 0;
        for (var model = new ProtoReader(All); model.Next();)
        {
            switch (model.Field)
            {
                case 1:
                    IrVersion = model.Number;
                    break;
                case 7:
                    graphs++;
                    graph.Read(model.Message);
                    Graph = new OnnxPlace(model.Place, model.Bytes.Length);
                    break;
                case 8:
                    ReadOperatorSet(model.Message);
                    break;
                case 25:
                    Functions.Add(graph.Function(model.Message));
                    break;
            }
        }

        _ = graphs == 1 ? 0 : throw new InvalidDataException(string.Format(null, ExportedTexts.Graphs, graphs));
    }

    private void ReadOperatorSet(ProtoReader set)
    {
        var (domain, version) = ("", 0L);
        while (set.Next())
        {
            (domain, version) = set.Field switch
            {
                1 => (set.Text, version),
                2 => (domain, set.Number),
                _ => (domain, version),
            };
        }

        _ = OperatorSets.Count < MostDomains ? 0 : throw new InvalidDataException(string.Format(null, ExportedTexts.TooMany, MostDomains));
        OperatorSets[domain == "ai.onnx" ? "" : domain] = version;
    }
}
