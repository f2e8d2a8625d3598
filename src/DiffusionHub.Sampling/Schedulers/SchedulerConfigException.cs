namespace DiffusionHub.Sampling.Schedulers;

/// <summary>A scheduler configuration says something that is not known or cannot be. The message names it and the limits.</summary>
/// <param name="message">For the reader of the configuration.</param>
public sealed class SchedulerConfigException(string message) : Exception(message);
