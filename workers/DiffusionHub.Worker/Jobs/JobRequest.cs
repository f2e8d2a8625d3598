using System.Text;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Pipelines;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Models;

namespace DiffusionHub.Worker.Jobs;

/// <summary>The job cannot be run by anyone, ever: it fails without another attempt. The message is fit for people.</summary>
internal sealed class PoisonJobException(string message) : Exception(message);

/// <summary>A job's payload, read and checked again: the queue may hold what an older or newer web node wrote.</summary>
/// <param name="Document">The request with every default filled in.</param>
/// <param name="Run">The same for the pipeline.</param>
/// <param name="Model">The model's capabilities.</param>
internal sealed record JobRequest(GenerationRequest Document, PictureRequest Run, ModelCapabilities Model)
{
    /// <exception cref="PoisonJobException">The payload is no request, or one that this model can never fulfil.</exception>
    public static JobRequest Read(JobClaim claim, ModelShelf shelf)
    {
        var (read, faults) = RequestDocument.Read(Encoding.UTF8.GetBytes(claim.Payload));
        if (read is not { } document)
        {
            throw new PoisonJobException(Statements.Text(WorkerTexts.NotARequest, string.Join(' ', faults.Select(f => f.Message))));
        }

        if (document.Count != 1)
        {
            throw new PoisonJobException(Statements.Text(WorkerTexts.OneJobOnePicture, document.Count));
        }

        var model = shelf.Find(document.Model) ?? throw new PoisonJobException(Statements.Text(WorkerTexts.UnknownModel, document.Model));
        if (RequestValidator.Validate(document, model) is { Count: > 0 } errors)
        {
            throw new PoisonJobException(string.Join(' ', errors.Select(e => e.Message)));
        }

        // A request without a seed must give the same picture in every attempt.
        var filled = RequestValidator.WithDefaults(document, model, claim.JobId % (RequestLimits.Seed + 1));
        return new JobRequest(filled, RunOf(filled), model);
    }

    private static PictureRequest RunOf(GenerationRequest filled) => new()
    {
        Prompt = filled.Prompt,
        NegativePrompt = filled.NegativePrompt,
        Seed = filled.Seed!.Value,
        Steps = filled.Steps!.Value,
        Guidance = filled.Guidance!.Value,
        Width = filled.Width!.Value,
        Height = filled.Height!.Value,
        Sampler = filled.Sampler!,
        Schedule = filled.Schedule,
        Eta = filled.Eta ?? 0,
        GuidanceRescale = filled.GuidanceRescale ?? 0,
        Noise = filled.Noise,
    };
}
