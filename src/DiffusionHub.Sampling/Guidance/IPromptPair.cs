namespace DiffusionHub.Sampling.Guidance;

/// <summary>A network with two prompts: the one that the picture shall follow and the negative one.</summary>
public interface IPromptPair
{
    /// <summary>Asks the network. The answers are valid until it is asked again.</summary>
    /// <param name="input">A batch of states.</param>
    /// <param name="timestep">Training timestep.</param>
    /// <param name="both">False: only the prompt's answer is needed.</param>
    /// <param name="negative">The negative prompt's answer; may be empty where <paramref name="both"/> is false.</param>
    /// <param name="positive">The prompt's answer.</param>
    void Predict(ReadOnlySpan<float> input, float timestep, bool both, out ReadOnlySpan<float> negative, out ReadOnlySpan<float> positive);
}
