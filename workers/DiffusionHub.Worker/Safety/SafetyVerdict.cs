namespace DiffusionHub.Worker.Safety;

/// <summary>How a picture stands with the content rules when it is published.</summary>
/// <param name="Standing">One of <c>hub.picture.standing</c>.</param>
/// <param name="Reason">Why it does not stand as fine; shown to its owner.</param>
/// <param name="Cost">Time on the device that finding out took.</param>
internal sealed record SafetyVerdict(string Standing, string? Reason, TimeSpan Cost);
