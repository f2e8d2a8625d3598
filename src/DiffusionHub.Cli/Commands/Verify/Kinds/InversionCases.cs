using DiffusionHub.Inference.Devices;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Inversion;
using DiffusionHub.Sampling.Inversion;

namespace DiffusionHub.Cli.Commands.Verify.Kinds;

/// <summary>An inversion's <c>case.json</c>.</summary>
/// <param name="Model">Folder under <c>models/</c>.</param>
/// <param name="Steps">Steps of the whole way.</param>
/// <param name="Strength">The part that is walked.</param>
/// <param name="Guidance">Guidance scale.</param>
/// <param name="Mix">EDICT's p.</param>
/// <param name="PromptFrom">What the latents are inverted with.</param>
/// <param name="PromptTo">What they are made again with.</param>
/// <param name="Start">File of the latents, float64; a remark may follow the name.</param>
/// <param name="Inverted">Files of the inverted pair.</param>
/// <param name="Edited">Files of the pair that is made of it.</param>
/// <param name="MaxAbs">Largest error that passes.</param>
internal sealed record InversionCase(
    string Model,
    int Steps,
    double Strength,
    double Guidance,
    double Mix,
    string PromptFrom,
    string PromptTo,
    string Start,
    IReadOnlyList<string> Inverted,
    IReadOnlyList<string> Edited,
    double MaxAbs);

/// <summary><c>inversion/id</c>: latents traced back to their noise with one prompt and made again with another, and with the first, which must give them back.</summary>
internal sealed class InversionCases : IReferenceCases
{
    private const string Name = "inversion";

    public IEnumerable<CaseFile> In(ReferenceFolder folder) =>
        folder.CaseFolders(Name) is [_, ..] ids ? [new CaseFile(Name, () => ids.Select(id => new ReferenceCase($"{Name}/{id}", (comparison, where, _) => Run(folder, id, where, comparison))))] : [];

    private static void Run(ReferenceFolder folder, string id, ComputeChoice where, Comparison comparison)
    {
        // Always in float32, as the hub itself computes them.
        (where with { Precision = Precision.Float32 }).Use(comparison);
        var golden = folder.Read(VerifyJson.Default.InversionCase, Name, id, ReferenceFolder.CaseFileName);
        using var model = new LatentInversion(KnownFamilies.Load(ModelSource.At(folder.At("models", golden.Model))));
        var settings = new InversionSettings(golden.Steps, golden.Strength, golden.Guidance, golden.Mix);
        var (start, sides) = NumpyFile.ReadDoubles(folder.At(Name, id, golden.Start.Split(' ')[0]));
        if (sides is not [var count, var channels, var height, var width])
        {
            throw new CaseException(string.Format(null, VerifyTexts.BadCase, golden.Start));
        }

        var shape = new LatentShape(count, channels, height, width);
        var pair = LatentPair.Twice(start);
        model.Invert(pair, shape, golden.PromptFrom, settings);
        var again = pair.Copy();
        Compare("inverted", golden.Inverted, pair);

        model.Generate(pair, shape, golden.PromptTo, settings);
        Compare("edited", golden.Edited, pair);

        model.Generate(again, shape, golden.PromptFrom, settings);
        comparison.Numbers<double>("round trip", again.First, start, golden.MaxAbs);
        comparison.Numbers<double>("round trip", again.Second, start, golden.MaxAbs);

        void Compare(string part, IReadOnlyList<string> files, LatentPair actual)
        {
            for (var i = 0; i < files.Count; i++)
            {
                comparison.Numbers<double>($"{part} {i}", actual[i], NumpyFile.ReadDoubles(folder.At(Name, id, files[i])).Values, golden.MaxAbs);
            }
        }
    }
}
