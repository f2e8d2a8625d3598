using System.CommandLine;
using DiffusionHub.Cli.Models;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Inference;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary><c>hub generate</c>: one request in this process, without server and database.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var options = new GenerateOptions();
        var command = new Command("generate", GenerateTexts.Description);
        options.AddTo(command);
        // In the background, so that an interrupt is heard while the picture is made.
        command.SetAction((parsed, stop) => Task.Run(() => Run(options.Read(parsed), stop), stop));
        return command;
    }

    private static int Run(GenerateArguments arguments, CancellationToken stop)
    {
        DeviceOption.Use(arguments.Device);
        InferenceRuntime.Precision = arguments.Precision;
        var catalogue = new ModelCatalogue();
        var folder = catalogue.Find(arguments.Request.Model);
        var model = ModelCatalogue.Describe(folder);
        if (!arguments.Worded && !model.WithoutPrompt && !ModelTasks.NeedsNoWords(ModelTasks.Of(arguments.Request, model.ToCapabilities())))
        {
            throw new CommandException(GenerateTexts.NoPrompt, ExitCodes.Usage);
        }

        var request = Checked(arguments.Request, model, new RequestFiles(catalogue, arguments.Folder));
        var files = OutputFiles.Plan(arguments.Out, arguments.Latents, request);

        using var pipeline = ModelCatalogue.Load(folder);
        stop.ThrowIfCancellationRequested();
        var latents = new LatentRecorder(arguments.Latents is not null);
        using var progress = new StepLine(request.Steps);
        var batch = ModelCatalogue.Translated(() => pipeline.Run(
            request,
            (in StepProgress step) =>
            {
                latents.Add(step);
                progress.Show(step.Step);
            },
            stop));
        progress.Dispose();

        for (var i = 0; i < batch.Count; i++)
        {
            OutputFiles.Write(files.Pictures[i], PictureFile.Png(batch, i, request, model));
        }

        if (files.Latents is { } path)
        {
            OutputFiles.Write(path, latents.Bytes());
        }

        GenerateReport.Print(arguments.Json, files, request, model, batch);
        return ExitCodes.Done;
    }

    private static PictureRequest Checked(GenerationRequest request, ModelDescription model, RequestFiles files)
    {
        request = Sized(request, model.ToCapabilities(), files);
        var capabilities = model.ToCapabilities();
        var errors = RequestValidator.Validate(request, capabilities);
        if (errors.Count > 0)
        {
            throw new CommandException(string.Join(' ', errors.Select(Message)), ExitCodes.Usage);
        }

        // Any seed does when none is given; the report and the picture name it.
        var seed = Random.Shared.NextInt64(RequestLimits.Seed - request.Count + 2);
        return RequestValidator.WithDefaults(request, capabilities, seed).ToRun(files);

        static GenerationRequest Sized(GenerationRequest request, ModelCapabilities model, RequestFiles files)
        {
            if (request is not { Init: { } init } || request is { Width: not null, Height: not null })
            {
                return request;
            }

            var picture = files.Picture("init", init);
            var (width, height) = InitSize.Of(picture.Width, picture.Height, model);
            return request with { Width = request.Width ?? width, Height = request.Height ?? height };
        }

        string Message(FieldError error) => error.Message + error.Field switch
        {
            "sampler" => Suggestion(request.Sampler, capabilities.Samplers),
            "schedule" => Suggestion(request.Schedule, capabilities.Schedules),
            _ => "",
        };

        // A known one was refused for another reason.
        string Suggestion(string? wrong, IReadOnlyList<string> known) =>
            wrong is null || known.Contains(wrong, StringComparer.OrdinalIgnoreCase) ? "" : UsageErrors.Suggestion(wrong, known);
    }
}
