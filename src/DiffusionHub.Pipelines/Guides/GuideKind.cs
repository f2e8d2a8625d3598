namespace DiffusionHub.Pipelines.Guides;

/// <summary>What leads a picture.</summary>
internal enum GuideKind
{
    /// <summary>A classifier of noisy states, which are told with their timestep (Dhariwal and Nichol 2021).</summary>
    NoisyClassifier,

    /// <summary>A classifier of clean pictures.</summary>
    Classifier,

    /// <summary>CLIP: the distance of a picture to a text (Radford et al. 2021).</summary>
    Clip,

    /// <summary>A score of how much people like a picture, on CLIP's vectors.</summary>
    Aesthetic,
}
