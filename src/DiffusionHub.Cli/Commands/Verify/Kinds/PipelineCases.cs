namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>What the list of cases needs of a pipeline's <c>case.json</c>.</summary>
/// <param name="Model">Name of a folder or file.</param>
internal sealed record PipelineModel(string Model);

/// <summary><c>pipelines/id</c>, and <c>pipelines/id@onnx</c> where the model is also there as ONNX: from request to picture.</summary>
internal sealed class PipelineCases : IReferenceCases
{
    private const string Name = "pipelines";

    public IEnumerable<CaseFile> In(ReferenceFolder folder) =>
        folder.CaseFolders(Name) is [_, ..] ids ? [new CaseFile(Name, () => ids.SelectMany(id => Cases(folder, id)))] : [];

    private static IEnumerable<ReferenceCase> Cases(ReferenceFolder folder, string id)
    {
        var name = $"{Name}/{id}";
        string model;
        try
        {
            model = folder.Read(VerifyJson.Default.PipelineModel, Name, id, ReferenceFolder.CaseFileName).Model;
        }
        catch (CaseException fault)
        {
            return [ReferenceCase.Faulty(name, fault)];
        }

        return Directory.Exists(folder.At("models-onnx", model)) ? [new ReferenceCase(name, null), new ReferenceCase(name + "@onnx", null)] : [new ReferenceCase(name, null)];
    }
}
