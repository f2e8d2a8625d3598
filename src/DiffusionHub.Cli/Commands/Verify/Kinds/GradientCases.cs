using DiffusionHub.Inference;
using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Gradients;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>A gradient's <c>case.json</c>.</summary>
/// <param name="Model">Folder under <c>models/</c>.</param>
/// <param name="Inputs">By an input's name, its <c>.npy</c> file.</param>
/// <param name="Cotangent">Gradient of the output.</param>
/// <param name="Output">What the graph gives.</param>
/// <param name="Vjp">Gradient of the latents.</param>
/// <param name="MaxAbs">Largest error that passes.</param>
internal sealed record GradientCase(string Model, IReadOnlyDictionary<string, string> Inputs, string Cotangent, string Output, string Vjp, double MaxAbs);

/// <summary><c>gradients/id</c>: vector-Jacobian products of UNets and decoders with respect to the latents.</summary>
internal sealed class GradientCases : IReferenceCases
{
    private const string Name = "gradients";
    private const string Models = "models";
    private const string Latents = "latent_sample";

    public IEnumerable<CaseFile> In(ReferenceFolder folder) =>
        folder.CaseFolders(Name) is [_, ..] ids ? [new CaseFile(Name, () => ids.Select(id => new ReferenceCase($"{Name}/{id}", (comparison, where, _) => Run(folder, id, where, comparison))))] : [];

    private static void Run(ReferenceFolder folder, string id, ComputeChoice where, Comparison comparison)
    {
        // Always in float32, as the hub itself computes them.
        (where with { Precision = Precision.Float32 }).Use(comparison);
        var golden = folder.Read(VerifyJson.Default.GradientCase, Name, id, ReferenceFolder.CaseFileName);
        var isDecoder = golden.Inputs.ContainsKey(Latents);
        var (input, output) = isDecoder ? (Latents, "sample") : ("sample", "out_sample");
        var part = folder.At(Models, golden.Model, isDecoder ? "vae" : "unet");
        using var weights = WeightSet.Open(Path.Combine(part, "diffusion_pytorch_model.safetensors"));
        var config = Path.Combine(part, "config.json");
        var forward = isDecoder ? IAutoencoderConfig.Read(config).Decoder(weights, GraphDialect.Portable) : UnetGraph.Write(UnetConfig.Read(config), weights, new UnetGraphOptions { Dialect = GraphDialect.Portable });
        using var graph = Graph.Load(VjpGraph.Write(forward, input, output));

        List<GraphTensor<float>> tensors = [];
        try
        {
            var inputs = golden.Inputs.Append(new(VjpGraph.Cotangent, golden.Cotangent)).Select(pair => (pair.Key, (GraphTensor)Tensor(pair.Value))).ToList();
            var (expectedOutput, expectedVjp) = (Tensor(golden.Output), Tensor(golden.Vjp));
            var (actualOutput, actualVjp) = (Like(expectedOutput), Like(expectedVjp));
            graph.Run(inputs, [(output, actualOutput), (VjpGraph.Vjp, actualVjp)]);
            comparison.Numbers<float>("output", actualOutput.Values, expectedOutput.Values, golden.MaxAbs);
            comparison.Numbers<float>("vjp", actualVjp.Values, expectedVjp.Values, golden.MaxAbs);
        }
        finally
        {
            tensors.ForEach(tensor => tensor.Dispose());
        }

        GraphTensor<float> Tensor(string file)
        {
            var path = folder.At(Name, id, file);
            var (values, shape) = NumpyFile.ReadArray(path);
            var tensor = Kept(GraphTensor.Rent<float>([.. shape.Select(side => (long)side)]));
            values.CopyTo(tensor.Values);
            return tensor;
        }

        GraphTensor<float> Like(GraphTensor<float> other) => Kept(GraphTensor.Rent<float>([.. other.Shape]));

        GraphTensor<float> Kept(GraphTensor<float> tensor)
        {
            tensors.Add(tensor);
            return tensor;
        }
    }
}
