using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using DiffusionHub.Cli.Commands.Generate;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Inference;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Evaluation;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Cli.Commands.Models;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(EvaluationReport))]
internal sealed partial class EvaluationReportJson : JsonSerializerContext;

/// <summary><c>hub models evaluate NAME</c>.</summary>
internal static class EvaluateModel
{
    private const int UsualCount = 1000;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = ModelsTexts.Name };
        var steps = NumberOption.Create<int>("--steps", GenerateTexts.Steps);
        var guidance = NumberOption.Create<double>("--guidance", GenerateTexts.Guidance);
        var sampler = GenerateOptions.Text("--sampler", GenerateTexts.Sampler, "name");
        var count = NumberOption.Create<int>("--count", CatalogueCommand.Text(ModelsTexts.EvaluationCount, ModelEvaluation.Fewest, ModelEvaluation.Most, UsualCount));
        var seed = NumberOption.Create<long>("--seed", ModelsTexts.EvaluationSeed);
        var with = GenerateOptions.Text("--with", ModelsTexts.With, "folder");
        var output = GenerateOptions.Text("--out", ModelsTexts.EvaluationOut, "folder");
        var device = DeviceOption.Create();
        var precision = PrecisionOption.Create();
        var json = new Option<bool>("--json") { Description = ModelsTexts.Json };
        var command = new Command("evaluate", ModelsTexts.Evaluate) { name, steps, guidance, sampler, count, seed, with, output, device, precision, json };
        return new CatalogueCommand(command).Does((parsed, catalogue, stop) =>
        {
            var (where, numbers) = (DeviceOption.Read(parsed.GetRequiredValue(device)), PrecisionOption.Read(parsed.GetRequiredValue(precision)));
            var wanted = new EvaluationOrder(
                catalogue.Models.Find(parsed.GetRequiredValue(name)),
                new GenerationRequest { Steps = parsed.GetValue(steps), Guidance = parsed.GetValue(guidance), Sampler = parsed.GetValue(sampler), Seed = parsed.GetValue(seed) ?? 1 },
                parsed.GetValue(count) ?? UsualCount,
                parsed.GetValue(with),
                parsed.GetValue(output));
            DeviceOption.Use(where);
            InferenceRuntime.Precision = numbers;
            return Run(wanted, catalogue, parsed.GetValue(json), stop);
        });
    }

    private static int Run(EvaluationOrder wanted, OpenCatalogue catalogue, bool json, CancellationToken stop)
    {
        if (wanted.Count is < ModelEvaluation.Fewest or > ModelEvaluation.Most)
        {
            throw new CommandException(CatalogueCommand.Text(ModelsTexts.BadCount, ModelEvaluation.Fewest, ModelEvaluation.Most, wanted.Count), ExitCodes.Usage);
        }

        var model = ModelCatalogue.Describe(wanted.Model);
        var request = Checked(wanted, model, new RequestFiles(catalogue.Models, Environment.CurrentDirectory));
        using var evaluator = ModelCatalogue.Translated(() => Evaluator.Load(wanted.EvaluatorFolder()));
        var files = wanted.Out is { } folder ? new EvaluationFiles(folder) : null;
        using var pipeline = ModelCatalogue.Load(wanted.Model);
        ModelEvaluation evaluation;
        EvaluationReport report;
        using (var line = new ProgressLine())
        {
            evaluation = new ModelEvaluation(pipeline, evaluator) { Progress = done => line.Show(ModelsTexts.MakingPictures, done, wanted.Count, Pictures) };
            report = ModelCatalogue.Translated(() => evaluation.Run(request, wanted.Count, stop));
            if (files is not null)
            {
                files.Write(report, evaluation.Closest);
                var prompts = evaluator.Reference.Grid;
                ModelCatalogue.Translated(() => files.Grid(pipeline, request, prompts, done => line.Show(ModelsTexts.DrawingGrid, done, prompts.Count, Pictures), stop));
            }
        }

        Console.WriteLine(json ? JsonSerializer.Serialize(report, EvaluationReportJson.Default.EvaluationReport) : EvaluationWords.Of(report));
        return ExitCodes.Done;
    }

    private static string Pictures(long pictures) => CatalogueCommand.Text("{0}", pictures);

    private static PictureRequest Checked(EvaluationOrder wanted, ModelDescription model, RequestFiles files)
    {
        if (model.WithoutPrompt || !model.Tasks.Contains(ModelTasks.TextToImage, StringComparer.Ordinal))
        {
            throw new CommandException(CatalogueCommand.Text(ModelsTexts.NotByText, model.Name));
        }

        var capabilities = model.ToCapabilities();
        var errors = RequestValidator.Validate(wanted.Request, capabilities);
        if (wanted.Request.Seed + wanted.Count - 1 > RequestLimits.Seed)
        {
            errors = [.. errors, new FieldError("seed", CatalogueCommand.Text(ModelsTexts.BadSeed, RequestLimits.Seed - wanted.Count + 1))];
        }

        return errors.Count == 0
            ? RequestValidator.WithDefaults(wanted.Request, capabilities, 1).ToRun(files)
            : throw new CommandException(string.Join(' ', errors.Select(error => error.Message)), ExitCodes.Usage);
    }
}

/// <summary>What the command line asks for.</summary>
/// <param name="Model">The model.</param>
/// <param name="Request">How its pictures are made.</param>
/// <param name="Count">How many.</param>
/// <param name="With">The evaluator's folder, or null: the model's own.</param>
/// <param name="Out">Where files are written, or null: nowhere.</param>
internal sealed record EvaluationOrder(ModelSource Model, GenerationRequest Request, int Count, string? With, string? Out)
{
    /// <summary>The folder that measures it.</summary>
    /// <exception cref="CommandException">It has none.</exception>
    public string EvaluatorFolder() => With is { } given
        ? Directory.Exists(given) ? given : throw new CommandException(CatalogueCommand.Text(ModelsTexts.NoSuchEvaluator, given), ExitCodes.Usage)
        : new[] { Model.Entry, Model.Path }.OfType<string>().Select(folder => Path.Combine(folder, Evaluator.FolderName)).FirstOrDefault(Directory.Exists)
        ?? throw new CommandException(CatalogueCommand.Text(ModelsTexts.NoEvaluator, Model.Name, Path.Combine(Model.Entry ?? Model.Path, Evaluator.FolderName)), ExitCodes.Usage);
}
