using DiffusionHub.Domain.Pictures;
using DiffusionHub.Queue;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>A job as it stands now, with its picture once it is published.</summary>
/// <param name="Job">State, place in line, step, preview.</param>
/// <param name="Picture">The published picture; null until the job succeeded, and after the picture was deleted.</param>
/// <param name="StartsAt">
/// When it will start, by this node's clock; for a job that waits for a time or for its next attempt, when it joins the line. Null: nobody can say.
/// </param>
internal sealed record JobUpdate(JobView Job, Picture? Picture, DateTimeOffset? StartsAt = null);
