using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Families;

/// <summary>A kind of model: recognises its models and runs them.</summary>
internal interface IModelFamily
{
    /// <summary>Name, such as <c>StableDiffusion</c>.</summary>
    string Name { get; }

    /// <summary>The diffusers classes whose models may be of this family.</summary>
    IReadOnlyList<string> PipelineClasses { get; }

    /// <summary>What its models can do at most.</summary>
    IReadOnlyList<string> Tasks { get; }

    /// <summary>Whether a model of one of <see cref="PipelineClasses"/> is of this family.</summary>
    bool Recognises(ModelParts parts);

    /// <summary>What a model can do, without loading it.</summary>
    /// <exception cref="ModelFolderException">It asks for what the family cannot do.</exception>
    ModelDescription Describe(ModelParts parts);

    /// <summary>Loads a model.</summary>
    /// <param name="parts">Its parts.</param>
    /// <param name="description">What <see cref="Describe"/> said of it.</param>
    /// <exception cref="ModelFolderException">It cannot be used.</exception>
    /// <exception cref="Inference.InferenceException">A graph cannot be loaded.</exception>
    IPipeline Load(ModelParts parts, ModelDescription description);
}
