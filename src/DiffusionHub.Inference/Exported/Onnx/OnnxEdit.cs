using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Graphs.Onnx;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Exported.Onnx;

/// <summary>
/// A model in a file with changes, written anew in memory. Large constants stay where they lie, in the model's own file or beside it,
/// so that what is written is small, and processes that load the same model share them.
/// </summary>
internal sealed class OnnxEdit(OnnxModel model) : IDisposable
{
    // Small constants are shapes and axes, which the runtime wants to see while it plans.
    private const int Small = 1 << 12;
    private readonly Dictionary<string, MappedFile> files = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Dictionary<int, string>> replaced = [];
    private readonly HashSet<string> domains = new(StringComparer.Ordinal);

    /// <summary>What is added to the graph.</summary>
    public OnnxGraphWriter Added { get; } = new();

    /// <summary>Has <paramref name="node"/> read another value.</summary>
    public void Replace(OnnxNode node, int input, string value) =>
        (replaced.TryGetValue(node.Place.Start, out var inputs) ? inputs : replaced[node.Place.Start] = [])[input] = value;

    /// <summary>Nodes of <paramref name="domain"/> are added: its operators' version 1 is meant, where the model does not name one.</summary>
    public void Use(string domain) => domains.Add(domain);

    /// <summary>The model as it is now. The files of its weights are mapped as long as this is not disposed or a session holds them.</summary>
    /// <exception cref="ModelFileException">A file of its weights cannot be read.</exception>
    public WrittenGraph Write()
    {
        var large = model.Initializers.Values.Where(i => i.Data is { Location: not null, Length: > 0 } or { Length: >= Small } && i.Type.Size() > 0).Select(i => (Tensor: i, File: FileOf(i.Data!))).ToList();
        var folder = Common([model.Folder, .. large.Select(l => l.File.Folder)]);
        var places = large.ToDictionary(l => l.Tensor.Message.Start, l => (l.Tensor, l.File, Name: Path.GetRelativePath(folder, Path.Combine(l.File.Folder, l.File.Name))));

        var graph = new OnnxGraphWriter();
        for (var reader = new ProtoReader(model[model.Graph], model.Graph.Start); reader.Next();)
        {
            if (reader.Field == 5 && places.TryGetValue(reader.Place, out var place))
            {
                graph.External(place.Tensor.Name, place.Tensor.Type, place.Tensor.Shape, place.Name, place.Tensor.Data!.Offset, place.Tensor.Data.Length);
            }
            else if (reader.Field == 1 && replaced.TryGetValue(reader.Place, out var inputs))
            {
                var node = new OnnxPlace(reader.Place, reader.Bytes.Length);
                graph.Message(1, message => Node(message, node, inputs));
            }
            else if (reader.Field != 11 || model.IrVersion < 4 || !model.Initializers.ContainsKey(Name(reader.Message)))
            {
                // An input that is a constant unless it is given would be computed with anew each time.
                graph.Copy(reader.Whole);
            }
        }

        graph.Copy(Added.Graph);
        return new WrittenGraph(model.Path, Model(graph), [.. places.Values.Select(p => new Initializer(p.Tensor.Name, p.Tensor.Type, p.Tensor.Shape, p.File, p.Tensor.Data!.Offset, p.Tensor.Data.Length))], folder);
    }

    public void Dispose()
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }

    private byte[] Model(OnnxGraphWriter graph)
    {
        var written = new ProtoWriter();
        for (var reader = new ProtoReader(model.All); reader.Next();)
        {
            if (reader.Field == 7)
            {
                written.Bytes(7, graph.Graph);
            }
            else
            {
                written.Raw(reader.Whole);
            }
        }

        foreach (var domain in domains.Where(d => !model.OperatorSets.ContainsKey(d)))
        {
            OnnxGraphWriter.OperatorSet(written, domain, 1);
        }

        return written.Written.ToArray();
    }

    private void Node(ProtoWriter message, OnnxPlace node, Dictionary<int, string> inputs)
    {
        var input = 0;
        for (var reader = new ProtoReader(model[node]); reader.Next();)
        {
            if (reader.Field == 1 && inputs.TryGetValue(input++, out var value))
            {
                message.Text(1, value);
            }
            else
            {
                message.Raw(reader.Whole);
            }
        }
    }

    private MappedFile FileOf(OnnxData data)
    {
        if (data.Location is null)
        {
            return model;
        }

        if (!files.TryGetValue(data.Location, out var file))
        {
            files[data.Location] = file = ExternalFile.Open(Path.Combine(Path.GetDirectoryName(model.Path)!, data.Location));
        }

        return file;
    }

    private static string Name(ProtoReader value)
    {
        var name = "";
        while (value.Next())
        {
            name = value.Field == 1 ? value.Text : name;
        }

        return name;
    }

    private static string Common(IEnumerable<string> folders) => folders.Aggregate((common, folder) =>
    {
        while (Path.GetRelativePath(common, folder) is ".." || Path.GetRelativePath(common, folder).StartsWith("../", StringComparison.Ordinal))
        {
            common = Path.GetDirectoryName(common)!;
        }

        return common;
    });

    private sealed class ExternalFile(string path, long length) : MappedFile(path, length)
    {
        public static ExternalFile Open(string path)
        {
            try
            {
                using var file = File.OpenRead(path);
                return new ExternalFile(path, file.Length);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new ModelFileException(string.Format(null, ExportedTexts.Unreadable, path, fault.Message), fault);
            }
        }
    }
}
