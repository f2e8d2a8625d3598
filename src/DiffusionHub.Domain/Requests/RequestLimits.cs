namespace DiffusionHub.Domain.Requests;

/// <summary>Limits that hold for every model; a model's own capabilities can only be narrower.</summary>
public static class RequestLimits
{
    /// <summary>Longest prompt or negative prompt, in characters.</summary>
    public const int PromptCharacters = 4_000;

    /// <summary>Most pictures in one request.</summary>
    public const int Count = 8;

    /// <summary>Largest guidance scale.</summary>
    public const double Guidance = 30;

    /// <summary>Largest η.</summary>
    public const double Eta = 1;

    /// <summary>Largest guidance rescale.</summary>
    public const double GuidanceRescale = 1;

    /// <summary>Most adapters in one request.</summary>
    public const int Loras = 8;

    /// <summary>Largest weight of an adapter, up or down.</summary>
    public const double LoraWeight = 4;

    /// <summary>Largest factor of what a ControlNet adds.</summary>
    public const double ControlScale = 2;

    /// <summary>Largest side that SDXL may be told of, in pixels.</summary>
    public const int ToldSide = 16_384;

    /// <summary>Largest aesthetic score.</summary>
    public const double AestheticScore = 10;

    /// <summary>Longest name of a catalogue entry or reference to a picture, in characters.</summary>
    public const int NameCharacters = 300;

    /// <summary>Least that a coupled latent keeps of itself in an inversion: below it, un-mixing drowns the picture in rounding errors.</summary>
    public const double LeastMix = 0.5;

    /// <summary>Most that it keeps: all of it, which is no mixing.</summary>
    public const double MostMix = 1;

    /// <summary>Largest factor of another network's gradient, up or down.</summary>
    public const double GuideScale = 1_000;

    /// <summary>Most rounds in which the first latents are bettered.</summary>
    public const int GuideRounds = 200;

    /// <summary>Largest seed: what PyTorch's CPU generator accepts as an unsigned 32-bit number, so that every seed is a different picture.</summary>
    public const long Seed = uint.MaxValue;
}
