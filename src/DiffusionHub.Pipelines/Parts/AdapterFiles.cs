using DiffusionHub.Inference;
using DiffusionHub.Inference.Weights.Adapters;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Parts;

/// <summary>Opens a request's adapters for as long as a graph is written and loaded.</summary>
internal static class AdapterFiles
{
    /// <summary>Refuses adapters that change nothing that the model has: each graph passes over layers of other modules.</summary>
    /// <exception cref="UnfitRequestException">One does, or cannot be read.</exception>
    public static void CheckTouch(IReadOnlyList<AdapterChoice> choices, ModelParts parts)
    {
        foreach (var choice in choices)
        {
            IReadOnlyList<LoraPart> touched;
            try
            {
                using var file = LoraFile.Open(choice.Path);
                touched = file.Parts;
            }
            catch (ModelFileException fault)
            {
                throw new UnfitRequestException("loras", fault.Message);
            }

            if (!touched.Any(part => part == LoraPart.Unet || parts.TextEncoders.ContainsKey(part == LoraPart.TextEncoder ? 1 : 2)))
            {
                throw new UnfitRequestException("loras", ModelFolderException.Format(PipelineTexts.LoraTouchesNothing, choice.Path, string.Join(", ", touched)));
            }
        }
    }

    /// <exception cref="UnfitRequestException">A file is damaged, or does not fit the model.</exception>
    public static Graph Use(IReadOnlyList<AdapterChoice> choices, Func<IReadOnlyList<Adapter>, Graph> load)
    {
        var files = new List<LoraFile>();
        try
        {
            files.AddRange(choices.Select(choice => LoraFile.Open(choice.Path)));
            return load([.. files.Zip(choices, (file, choice) => new Adapter(file, (float)choice.Weight))]);
        }
        catch (Exception fault) when (choices.Count > 0 && fault is ModelFileException or ModelFolderException)
        {
            // Without adapters the model was loaded before: it is they that do not fit.
            throw new UnfitRequestException("loras", fault.Message);
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }
}
