using DiffusionHub.Domain.Requests;
using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>What the command line of <c>hub generate</c> asks for.</summary>
/// <param name="Request">The request; absent values mean the model's defaults.</param>
/// <param name="Folder">Where relative paths of the request begin.</param>
/// <param name="Worded">Whether a prompt was given, be it an empty one.</param>
/// <param name="Out">Picture file, or null for a free name.</param>
/// <param name="Latents">File for the latents after every step, or null.</param>
/// <param name="Json">Report as JSON.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Precision">With which numbers.</param>
internal sealed record GenerateArguments(GenerationRequest Request, string Folder, bool Worded, string? Out, string? Latents, bool Json, Device Device, Precision Precision);
