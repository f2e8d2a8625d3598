using DiffusionHub.Inference.Graphs;

namespace DiffusionHub.Inference.Exported;

/// <summary>A graph that another exporter wrote, ready to be loaded; its files must stay open until it is.</summary>
internal sealed class ExportedGraph : IDisposable
{
    private readonly OnnxModel model;
    private readonly OnnxEdit edit;

    private ExportedGraph(OnnxModel model, OnnxEdit edit, GraphRole role)
    {
        this.model = model;
        this.edit = edit;
        Binding = GraphBinding.Of(model, role);
        Operators.Check(model);
        Binding = role == GraphRole.TextEncoder ? new TextStates(model, edit).Add(Binding) : Binding;
        Graph = edit.Write();
    }

    public WrittenGraph Graph { get; }

    public GraphBinding Binding { get; }

    /// <exception cref="ModelFileException">The file cannot be used for that role.</exception>
    public static ExportedGraph Open(string path, GraphRole role)
    {
        var model = OnnxModel.Open(path);
        var edit = new OnnxEdit(model);
        try
        {
            return new ExportedGraph(model, edit, role);
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
