using DiffusionHub.Domain.Requests;

namespace DiffusionHub.Web.Shared.Jobs;

/// <summary>What became of a submit: queued, or refused with a reason a field. A refused request left nothing behind.</summary>
/// <param name="GroupId">Id that the request's pictures share; null when refused.</param>
/// <param name="JobIds">One job a picture, in order; empty when refused.</param>
/// <param name="Errors">Why it was refused; empty when queued.</param>
internal sealed record SubmitResult(Guid? GroupId, IReadOnlyList<long> JobIds, IReadOnlyList<FieldError> Errors)
{
    /// <summary>A refusal.</summary>
    public static SubmitResult Refused(params IReadOnlyList<FieldError> errors) => new(GroupId: null, JobIds: [], errors);
}
