using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Rules;
using DiffusionHub.Queue;
using DiffusionHub.Telemetry;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.Models;
using DiffusionHub.Web.Shared.People;
using DiffusionHub.Web.Shared.Uploads;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>The one way into the queue: the Studio, the hub and the API all submit here.</summary>
internal sealed class JobSubmission(JobQueue queue, ModelCatalogue models, RequestPictures pictures, PictureUploads uploads, PromptRules rules, HubDatabase database)
{
    private const string Lane = "interactive";

    /// <summary>
    /// Holds the request against the model's capabilities and queues one job a picture (picture i with seed + i), all or none.
    /// Returns after the commit: what was accepted is not lost. A refused request's pictures are not stored either.
    /// </summary>
    /// <exception cref="PictureStoreAwayException">The store does not take the request's pictures; nothing was queued.</exception>
    public async Task<SubmitResult> SubmitAsync(GenerationRequest request, CurrentUser asker, CancellationToken cancellationToken)
    {
        var ownerId = asker.Id;
        var groupId = Guid.CreateVersion7();
        using var span = JobTrace.Begin("hub.submit", groupId, ActivityKind.Producer, cause: Activity.Current?.Context);
        var entries = await models.ReadAsync(cancellationToken);
        var known = entries.Models;
        if (Refuse(request, known) is { } refusal)
        {
            return SubmitResult.Refused(refusal);
        }

        var entry = known.First(m => m.Capabilities.Name == request.Model);
        var model = entry.Capabilities;
        if (RightsRules.Check(asker.Person, entry, Lane) is { } right)
        {
            return SubmitResult.Refused(right);
        }

        var resolved = await pictures.ResolveAsync(request, ownerId, cancellationToken);
        var sized = WithSizeOfInit(resolved, model);
        List<FieldError> errors = [.. resolved.Errors, .. RequestValidator.Validate(sized, model), .. PartRules.Check(sized, model, entries with { Models = [.. known.Where(m => m.IsFor(asker.Person))] })];
        if (errors.Count > 0)
        {
            return SubmitResult.Refused(errors);
        }

        var filled = RequestValidator.WithDefaults(sized, model, RandomSeed());
        if (await database.RunAsync(_ => rules.CheckAsync(asker.Person.Role, filled, cancellationToken), cancellationToken) is { Count: > 0 } words)
        {
            return SubmitResult.Refused(words);
        }

        if (RightsRules.Check(asker.Person, filled) is { Count: > 0 } rights)
        {
            return SubmitResult.Refused(rights);
        }

        // The pictures first: a worker may have the job the moment it is committed.
        foreach (var picture in resolved.New)
        {
            await uploads.KeepAsync(picture, cancellationToken);
        }

        var jobs = Enumerable.Range(0, filled.Count).Select(i => NewJobOf(filled with { Count = 1, Seed = filled.Seed + i }, ownerId, groupId));
        try
        {
            return new SubmitResult(groupId, await queue.SubmitAsync([.. jobs], QuotaCheck.Of(asker, filled.Count), cancellationToken), Errors: []);
        }
        catch (QueueRefusedException e)
        {
            return SubmitResult.Refused(new FieldError("queue", QuotaCheck.Sentence(e) ?? e.Message));
        }
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
        ownerId, groupId, Lane, one.Model, BatchKey.Of(one), JsonSerializer.Serialize(one, RequestJson.Default.GenerationRequest))
    {
        Work = new JobWork("generate", one.Width ?? 0, one.Height ?? 0, one.Steps ?? 0),
    };

    private static GenerationRequest WithSizeOfInit(ResolvedRequest resolved, ModelCapabilities model)
    {
        if (resolved.InitSize is not { } init)
        {
            return resolved.Request;
        }

        var (width, height) = InitSize.Of(init.Width, init.Height, model);
        return resolved.Request with { Width = resolved.Request.Width ?? width, Height = resolved.Request.Height ?? height };
    }
}
