using DiffusionHub.Pipelines.Families.StableDiffusion;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines;

/// <summary>A kind of model: reads its folders and runs them.</summary>
public interface IModelFamily
{
    /// <summary>Name, such as <c>StableDiffusion</c>.</summary>
    string Name { get; }

    /// <summary>The <c>_class_name</c> in <c>model_index.json</c> that means this family.</summary>
    string PipelineClass { get; }

    /// <summary>Reads what a model can do, without loading it.</summary>
    /// <exception cref="ModelFolderException">A file is missing, truncated, or asks for what the family cannot do.</exception>
    ModelDescription Describe(ModelFolder folder);

    /// <summary>Loads a model.</summary>
    /// <exception cref="ModelFolderException">As for <see cref="Describe"/>.</exception>
    /// <exception cref="Inference.InferenceException">A graph cannot be loaded.</exception>
    IPipeline Load(ModelFolder folder);
}

/// <summary>Every family that the hub knows: the one list to add to.</summary>
public static class KnownFamilies
{
    /// <summary>All families.</summary>
    public static IReadOnlyList<IModelFamily> All { get; } = [new StableDiffusionFamily()];

    /// <summary>The family of the model in <paramref name="folder"/>.</summary>
    /// <exception cref="ModelFolderException">None of them.</exception>
    public static IModelFamily Of(ModelFolder folder)
    {
        var className = folder.Read("model_index.json", DiffusersJson.Default.ModelIndex).ClassName;
        return All.FirstOrDefault(family => family.PipelineClass == className)
            ?? throw ModelFolderException.UnknownFamily(folder.File("model_index.json"), className, All.Select(family => family.PipelineClass));
    }

    /// <summary>Describes the model in <paramref name="folder"/>.</summary>
    /// <exception cref="ModelFolderException">It cannot be used.</exception>
    public static ModelDescription Describe(ModelFolder folder) => Of(folder).Describe(folder);

    /// <summary>Loads the model in <paramref name="folder"/>.</summary>
    /// <exception cref="ModelFolderException">It cannot be used.</exception>
    public static IPipeline Load(ModelFolder folder) => Of(folder).Load(folder);
}
