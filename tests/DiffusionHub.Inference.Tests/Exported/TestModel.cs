using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Exported;

/// <summary>An ONNX file as another exporter may have written it.</summary>
internal sealed class TestModel : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-onnx-");

    public string Folder => folder.FullName;

    public string Path => System.IO.Path.Combine(Folder, "model.onnx");

    public OnnxGraphWriter Graph { get; } = new();

    /// <summary>A UNet that multiplies: <c>out_sample = sample·timestep</c>.</summary>
    public static TestModel Unet(OnnxType type = OnnxType.Float, OnnxType time = OnnxType.Float, OnnxDimension[]? timeShape = null, OnnxDimension? batch = null, params string[] names)
    {
        var model = new TestModel();
        string[] canonical = ["sample", "timestep", "encoder_hidden_states", "out_sample"];
        names = [.. canonical.Select((name, i) => i < names.Length ? names[i] : name)];
        var each = batch ?? "batch";
        timeShape ??= [each];
        model.Graph.Input(names[0], type, [each, 4, "height", "width"]);
        model.Graph.Input(names[1], time, timeShape);
        model.Graph.Input(names[2], type, [each, "tokens", 32]);
        model.Graph.Output(names[3], type, [each, 4, "height", "width"]);
        model.Graph.Constant<long>("shape", OnnxType.Int64, [-1, 1, 1, 1], [4]);
        model.Node("Cast", [names[1]], ["number"], new OnnxAttribute("to", (long)type));
        model.Node("Reshape", ["number", "shape"], ["factor"]);
        model.Node("Mul", [names[0], "factor"], [names[3]]);
        return model;
    }

    public void Node(string type, string[] inputs, string[] outputs, params OnnxAttribute[] attributes) => Graph.Node(outputs[0], type, "", inputs, outputs, attributes);

    public TestModel Write(int opset = 18, int ir = 8)
    {
        File.WriteAllBytes(Path, Bytes(opset, ir));
        return this;
    }

    public byte[] Bytes(int opset = 18, int ir = 8)
    {
        var model = new ProtoWriter();
        model.Number(1, ir);
        model.Bytes(7, Graph.Graph);
        OnnxGraphWriter.OperatorSet(model, "", opset);
        OnnxGraphWriter.OperatorSet(model, OnnxGraphWriter.Microsoft, 1);
        return model.Written.ToArray();
    }

    public void Dispose() => folder.Delete(recursive: true);
}
