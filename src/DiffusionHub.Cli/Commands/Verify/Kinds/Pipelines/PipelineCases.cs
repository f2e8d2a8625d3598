using System.Globalization;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Verify.Kinds.Pipelines;

/// <summary><c>pipelines/id</c>, and <c>pipelines/id@onnx</c> where the model is also there as ONNX: from request to picture.</summary>
internal sealed class PipelineCases : IReferenceCases
{
    private const string Name = "pipelines";
    private const string Written = "models";
    private const string Exported = "models-onnx";

    public IEnumerable<CaseFile> In(ReferenceFolder folder) =>
        folder.CaseFolders(Name) is [_, ..] ids ? [new CaseFile(Name, () => ids.SelectMany(id => Cases(folder, id)))] : [];

    private static IEnumerable<ReferenceCase> Cases(ReferenceFolder folder, string id)
    {
        var name = $"{Name}/{id}";
        PipelineCase golden;
        try
        {
            golden = folder.Read(VerifyJson.Default.PipelineCase, Name, id, ReferenceFolder.CaseFileName);
        }
        catch (CaseException fault)
        {
            return [ReferenceCase.Faulty(name, fault)];
        }

        return Directory.Exists(folder.At(Exported, golden.Model)) ? [Case(name, Written), Case(name + "@onnx", Exported)] : [Case(name, Written)];

        ReferenceCase Case(string caseName, string models) => new(
            caseName,
            KnownFamilies.Knows(golden.Pipeline) ? (comparison, where, cancellation) => Run(golden, folder, id, models, where, comparison, cancellation) : null);
    }

    private static void Run(PipelineCase golden, ReferenceFolder folder, string id, string models, ComputeChoice where, Comparison comparison, CancellationToken cancellation)
    {
        where.Use(comparison);
        if (golden.Expected.Count == 0)
        {
            throw new CaseException(string.Format(CultureInfo.InvariantCulture, VerifyTexts.NothingExpected, folder.At(Name, id, ReferenceFolder.CaseFileName)));
        }

        var source = ModelSource.At(folder.At(models, golden.Model), golden.Request.PredictionType);
        using var pipeline = KnownFamilies.Load(source);
        var request = CaseRequests.Of(golden, pipeline.Description, file => folder.At(Name, id, file), OtherModel);
        var latents = new List<float>();
        float[] handedOver = [];
        var batch = pipeline.Run(
            request,
            (in StepProgress step) =>
            {
                latents.AddRange(step.Latents);
                handedOver = step.Refining ? handedOver : step.Latents.ToArray();
            },
            cancellation);
        foreach (var (part, expected) in golden.Expected)
        {
            var values = NumpyFile.Read(folder.At(Name, id, expected.File));
            comparison.Numbers<float>(part, part switch { "image" => batch.Values, "latents" => latents.ToArray(), _ => handedOver }, values, expected.MaxAbs);
        }

        // A model that the case names beside its own is exported too, where it is there.
        string OtherModel(string name) => Directory.Exists(folder.At(models, name)) ? folder.At(models, name) : folder.At(Written, name);
    }
}
