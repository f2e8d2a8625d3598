using DiffusionHub.Domain.Models;

namespace DiffusionHub.Domain.Requests;

/// <summary>Whether a model can do what a request asks for, and whether the request has what that takes.</summary>
internal static class TaskRules
{
    public static void Check(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        var task = ModelTasks.Of(request, model);
        if (request is { Mask: not null, Init: null })
        {
            faults.Add("mask", RequestTexts.MaskAlone);
        }
        else if (!model.Tasks.Contains(task))
        {
            faults.Add(Field(request), RequestTexts.OtherTask, model.Name, task, string.Join(", ", model.Tasks));
        }
        else if (ModelTasks.NeedsPicture(task) && request.Init is null)
        {
            faults.Add("init", RequestTexts.NeedsInit, model.Name, task);
        }

        faults.Require(!model.WithoutPrompt || string.IsNullOrWhiteSpace(request.Prompt), "prompt", RequestTexts.NoTexts, model.Name, "prompt");
        faults.Require(!model.WithoutPrompt || string.IsNullOrWhiteSpace(request.NegativePrompt), "negativePrompt", RequestTexts.NoTexts, model.Name, "negativePrompt");
        faults.Require(!model.WithoutGuidance || request.Guidance is null or <= 1, "guidance", RequestTexts.NoGuidance, model.Name, request.Guidance ?? 0);
        Class(request, model, faults);
        faults.Name("map", request.Map);
        faults.Require(request.Map is null || task == ModelTasks.SemanticToImage || model.Tasks.Contains(ModelTasks.SemanticToImage), "map", RequestTexts.NoMaps, model.Name);
        faults.Require(request.Map is not null || task != ModelTasks.SemanticToImage, "map", RequestTexts.NeedsMap, model.Name);
        faults.Name("depth", request.Depth);
        faults.Require(request.Depth is null || model.Tasks.Contains(ModelTasks.DepthToImage), "depth", RequestTexts.NoDepth, model.Name);
        if (model.MaxNoiseLevel is { } most)
        {
            faults.Range("noiseLevel", request.NoiseLevel, 0, most);
        }
        else
        {
            faults.Require(request.NoiseLevel is null, "noiseLevel", RequestTexts.NoNoiseLevel, model.Name);
        }
    }

    private static string Field(GenerationRequest request) => request switch
    {
        { Inversion: not null } => "inversion",
        { Mask: not null } => "mask",
        { Map: not null } => "map",
        { ClassLabel: not null } => "classLabel",
        { Init: not null } => "init",
        _ => "model",
    };

    private static void Class(GenerationRequest request, ModelCapabilities model, RequestFaults faults)
    {
        if (request.ClassLabel is not { } label)
        {
            faults.Require(!model.Tasks.Contains(ModelTasks.ClassToImage) || model.Tasks.Contains(ModelTasks.Unconditional), "classLabel", RequestTexts.NeedsClass, model.Name, model.Classes - 1, ModelClasses.Some(model.ClassNames));
        }
        else if (model.Classes == 0)
        {
            // Where it is the task, that was said already.
            faults.Require(ModelTasks.Of(request, model) == ModelTasks.ClassToImage, "classLabel", RequestTexts.NoClasses, model.Name);
        }
        else
        {
            faults.Require(ModelClasses.Find(model, label) is not null, "classLabel", RequestTexts.UnknownClass, label.Length <= RequestLimits.NameCharacters ? label : "…", model.Classes - 1, ModelClasses.Some(model.ClassNames));
        }
    }
}
