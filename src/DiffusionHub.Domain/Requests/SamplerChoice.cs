using System.Globalization;
using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>What a request's <c>sampler</c> and <c>schedule</c> mean on one model.</summary>
/// <param name="Sampler">The sampler as the model spells it.</param>
/// <param name="Schedule">The schedule as the model spells it; null: the model's own.</param>
/// <param name="Errors">Why it cannot be; empty when it can.</param>
public sealed record SamplerChoice(string Sampler, string? Schedule, IReadOnlyList<FieldError> Errors)
{
    /// <summary>The choice of <paramref name="request"/>; what is absent is the model's default.</summary>
    public static SamplerChoice Of(GenerationRequest request, ModelCapabilities model)
    {
        var (sampler, named) = request.Sampler is { } name ? Split(name, model) : (model.Samplers[0], null);
        var automatic = request.Schedule is null || Same(request.Schedule, GenerationRequest.AutomaticSchedule);
        var schedule = automatic ? null : model.Schedules.FirstOrDefault(s => Same(s, request.Schedule!));
        var errors = new List<FieldError>();
        if (sampler is null)
        {
            Add("sampler", RequestTexts.UnknownSampler, request.Sampler!, string.Join(", ", model.Samplers));
        }

        if (!automatic && schedule is null)
        {
            Add("schedule", RequestTexts.UnknownSchedule, request.Schedule!, string.Join(", ", model.Schedules.Prepend(GenerationRequest.AutomaticSchedule)));
        }

        if (named is not null && schedule is not null && named != schedule)
        {
            Add("schedule", RequestTexts.TwoSchedules, request.Sampler!, named, schedule);
        }
        else if (sampler is not null && (named ?? schedule) is { } wanted && !model.SamplersWithSchedules.Contains(sampler))
        {
            Add(named is null ? "schedule" : "sampler", RequestTexts.ScheduleNotTaken, wanted, sampler, string.Join(", ", model.SamplersWithSchedules));
        }

        return new SamplerChoice(sampler ?? model.Samplers[0], named ?? schedule, errors);

        void Add(string field, string text, params object[] values) => errors.Add(new FieldError(field, string.Format(CultureInfo.InvariantCulture, text, values)));
    }

    // "DPM++ 2M Karras", as AUTOMATIC1111 once named them, is a sampler and a schedule.
    private static (string? Sampler, string? Schedule) Split(string name, ModelCapabilities model)
    {
        if (model.Samplers.FirstOrDefault(s => Same(s, name)) is { } whole)
        {
            return (whole, null);
        }

        var pairs = from sampler in model.Samplers from schedule in model.Schedules where Same($"{sampler} {schedule}", name) select (sampler, schedule);
        return pairs.FirstOrDefault();
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
