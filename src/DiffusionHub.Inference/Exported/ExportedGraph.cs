using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Exported.Onnx;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Inference.Exported;

/// <summary>A graph that another exporter wrote, ready to be loaded; its files must stay open until it is.</summary>
internal sealed class ExportedGraph : IDisposable
{
    private readonly OnnxModel model;
    private readonly OnnxEdit edit;

    private ExportedGraph(OnnxModel model, OnnxEdit edit, GraphRole role, IReadOnlyList<Adapter> adapters, int encoder, Device device)
    {
        this.model = model;
        this.edit = edit;
        Operators.Check(model, device);
        Binding = GraphBinding.Of(model, role);
        Binding = role == GraphRole.TextEncoder ? new TextStates(model, edit).Add(Binding) : Binding;
        if (role is GraphRole.TextEncoder or GraphRole.Unet && adapters.Count > 0)
        {
            new ExportedAdapters(model, edit).Apply(adapters, role == GraphRole.Unet ? LoraPart.Unet : encoder == 1 ? LoraPart.TextEncoder : LoraPart.TextEncoder2);
        }

        Graph = edit.Write();
    }

    public WrittenGraph Graph { get; }

    public GraphBinding Binding { get; }

    /// <exception cref="ModelFileException">The file cannot be used for that role, or an adapter does not fit it.</exception>
    public static ExportedGraph Open(string path, GraphRole role, IReadOnlyList<Adapter> adapters, int encoder, Device device)
    {
        var model = OnnxModel.Open(path);
        var edit = new OnnxEdit(model);
        try
        {
            return new ExportedGraph(model, edit, role, adapters, encoder, device);
        }
        catch (ModelFileException)
        {
            edit.Dispose();
            model.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        edit.Dispose();
        model.Dispose();
    }
}
