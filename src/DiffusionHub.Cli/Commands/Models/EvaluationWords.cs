using DiffusionHub.Pipelines.Evaluation;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>An evaluation, for people.</summary>
internal static class EvaluationWords
{
    public static string Of(EvaluationReport report)
    {
        var sampler = report.Schedule is { } schedule ? $"{report.Sampler} {schedule}" : report.Sampler;
        string[] lines =
        [
            CatalogueCommand.Text(
                ModelsTexts.EvaluatedModel, report.Model, report.Pictures, report.Width, report.Height, report.Steps, sampler, report.Guidance, report.Seed, report.Seed + report.Pictures - 1),
            CatalogueCommand.Text(ModelsTexts.EvaluatedBy, report.Evaluator),
            CatalogueCommand.Text(ModelsTexts.FrechetLine, report.FrechetDistance, report.RealFrechetDistance, report.Features),
            CatalogueCommand.Text(
                ModelsTexts.RetrievalLine, report.Retrieval.Top1, report.Retrieval.Top5, report.Retrieval.Captions, report.RealRetrieval.Top1, report.RealRetrieval.Top5, report.RealRetrieval.Captions),
            CatalogueCommand.Text(ModelsTexts.SharpnessLine, report.Sharpness, report.SharpnessRatio),
            CatalogueCommand.Text(ModelsTexts.NeighbourLine, report.NeighbourMedian, report.NeighbourCopies),
            CatalogueCommand.Text(ModelsTexts.SpeedLine, report.PicturesASecond, report.MedianSeconds, report.Device, report.Cores),
            .. report.Notes.Select(note => CatalogueCommand.Text(ModelsTexts.NoteLine, note)),
        ];
        return string.Join('\n', lines);
    }
}
