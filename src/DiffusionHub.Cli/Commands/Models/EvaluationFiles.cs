using System.Text;
using System.Text.Json;
using DiffusionHub.Cli.Commands.Generate;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Evaluation;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>What <c>--out</c> of <c>hub models evaluate</c> writes: <c>report.json</c>, <c>grid.png</c>, and <c>nearest.md</c> with its pictures.</summary>
internal sealed class EvaluationFiles
{
    private const int Columns = 8;
    private const int LargestCell = 256;
    private readonly string folder;

    /// <summary>Makes the folder.</summary>
    /// <exception cref="CommandException">It cannot be made.</exception>
    public EvaluationFiles(string folder)
    {
        this.folder = folder;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(CatalogueCommand.Text(ModelsTexts.NoOutFolder, folder, fault.Message), ExitCodes.Failed, fault);
        }
    }

    /// <summary>Writes the report, and the closest pictures beside the captions of what they are close to.</summary>
    public void Write(EvaluationReport report, IReadOnlyList<RgbImage> closest)
    {
        OutputFiles.Write(At("report.json"), JsonSerializer.SerializeToUtf8Bytes(report, EvaluationReportJson.Default.EvaluationReport));
        var page = new StringBuilder(ModelsTexts.NearestHead).Append('\n');
        foreach (var (i, (told, picture)) in report.Closest.Zip(closest).Index())
        {
            var name = $"nearest-{i + 1}.png";
            OutputFiles.Write(At(name), ImageCodec.Png(picture));
            page.Append(CatalogueCommand.Text(ModelsTexts.NearestLine, name, Cell(told.Prompt), told.Seed, Cell(told.Nearest), told.Ratio)).Append('\n');
        }

        OutputFiles.Write(At("nearest.md"), Encoding.UTF8.GetBytes(page.ToString()));
    }

    /// <summary>Draws a picture of each prompt.</summary>
    /// <returns>How many there are.</returns>
    public int Grid(IPipeline pipeline, PictureRequest request, IReadOnlyList<string> prompts, Action<int> progress, CancellationToken stop)
    {
        var cells = new List<RgbImage>(prompts.Count);
        foreach (var (i, prompt) in prompts.Index())
        {
            var picture = pipeline.Run(request with { Prompt = prompt, Seed = (request.Seed + i) % (RequestLimits.Seed + 1) }, cancellation: stop).Image(0);
            cells.Add(Math.Max(picture.Width, picture.Height) > LargestCell ? ImageCodec.Resize(picture, LargestCell, LargestCell) : picture);
            progress(cells.Count);
        }

        OutputFiles.Write(At("grid.png"), ImageCodec.Png(ContactSheet.Of(cells, Columns)));
        return cells.Count;
    }

    private string At(string name) => Path.Combine(folder, name);

    // A bar would end the table's cell.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
