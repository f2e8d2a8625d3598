using DiffusionHub.Domain.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionHub.Web.Features.Api;

/// <summary>A refusal as programs get it: each field with its reasons.</summary>
internal static class Refusal
{
    public static ValidationProblem Of(IReadOnlyList<FieldError> errors, string? title = null) => TypedResults.ValidationProblem(
        errors.GroupBy(e => e.Field, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Message).ToArray(), StringComparer.Ordinal),
        title: title ?? ApiTexts.Invalid);
}
