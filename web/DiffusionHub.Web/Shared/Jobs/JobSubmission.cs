using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Queue;
using DiffusionHub.Web.Shared.Models;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>The one way into the queue: the Studio, the hub and the API all submit here.</summary>
internal sealed class JobSubmission(JobQueue queue, ModelCatalogue models)
{
    /// <summary>
    /// Holds the request against the model's capabilities and queues one job a picture (picture i with seed + i), all or none.
    /// Returns after the commit: what was accepted is not lost.
    /// </summary>
    public async Task<SubmitResult> SubmitAsync(GenerationRequest request, Guid ownerId, CancellationToken cancellationToken)
    {
        var known = await models.ListAsync(cancellationToken);
        if (Refuse(request, known) is { } refusal)
        {
            return SubmitResult.Refused(refusal);
        }

        var model = known.First(m => m.Capabilities.Name == request.Model).Capabilities;
        if (RequestValidator.Validate(request, model) is { Count: > 0 } errors)
        {
            return SubmitResult.Refused(errors);
        }

        var filled = RequestValidator.WithDefaults(request, model, RandomSeed());
        var groupId = Guid.CreateVersion7();
        var jobs = Enumerable.Range(0, filled.Count).Select(i => NewJobOf(filled with { Count = 1, Seed = filled.Seed + i }, ownerId, groupId));
        return new SubmitResult(groupId, await queue.SubmitAsync([.. jobs], also: null, cancellationToken), Errors: []);
    }

    /// <summary>A seed that leaves room for the largest count.</summary>
    public static long RandomSeed() => RandomNumberGenerator.GetInt32(int.MaxValue);

    private static FieldError? Refuse(GenerationRequest request, IReadOnlyList<KnownModel> known)
    {
        if (known.Count == 0)
        {
            return new FieldError("model", SubmissionTexts.NoModels);
        }

        return known.FirstOrDefault(m => m.Capabilities.Name == request.Model) switch
        {
            null => new FieldError("model", string.Format(CultureInfo.InvariantCulture, SubmissionTexts.UnknownModel, Short(request.Model),
                string.Join(", ", known.Where(m => m.Enabled).Select(m => m.Capabilities.Name)))),
            { Enabled: false } => new FieldError("model", string.Format(CultureInfo.InvariantCulture, SubmissionTexts.ModelDisabled, request.Model)),
            _ => null,
        };
    }

    private static string Short(string name) => name.Length <= 60 ? name : string.Concat(name.AsSpan(0, 60), "…");

    private static NewJob NewJobOf(GenerationRequest one, Guid ownerId, Guid groupId) => new(
        ownerId, groupId, "interactive", one.Model, BatchKey(one), JsonSerializer.Serialize(one, RequestJson.Default.GenerationRequest));

    // What must be equal for two pictures to run as one batch.
    private static string BatchKey(GenerationRequest r) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Model}|{r.Width}x{r.Height}|{r.Steps}|{r.Sampler}|{r.Schedule}|{r.Eta}|{r.GuidanceRescale}|{(r.Guidance > 1 ? "cfg" : "plain")}");
}
