using System.Text;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Mapping;
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
    /// <summary>Whether the seed was asked for, and not drawn.</summary>
    public bool SeedGiven { get; init; }

    /// <exception cref="PoisonJobException">The payload is no request, or one that this model can never fulfil.</exception>
    public static JobRequest Read(JobClaim claim, ModelShelf shelf, IRequestFiles files)
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
        return new JobRequest(filled, filled.ToRun(files), model) { SeedGiven = document.Seed is not null };
    }
}
