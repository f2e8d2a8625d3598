namespace DiffusionHub.Domain.Requests;

/// <summary>Why one field of a request is refused.</summary>
/// <param name="Field">The field's JSON name, such as <c>steps</c>.</param>
/// <param name="Message">One plain sentence that names the field and the limit.</param>
public sealed record FieldError(string Field, string Message);
