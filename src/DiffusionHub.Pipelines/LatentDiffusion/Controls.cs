using System.Globalization;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.LatentDiffusion;

/// <summary>Sets a ControlNet beside a UNet.</summary>
internal static class Controls
{
    public static ControlGuide Guide(ModelParts parts, LatentGraphs graphs, ControlChoice choice, LatentWalk walk, Conditioning conditioning)
    {
        var unet = parts.Unet.Traits.Config ?? throw new UnfitRequestException("control", PipelineTexts.NoControlInputs);
        ControlNetPart part;
        try
        {
            part = choice.Path is { } path ? ControlNetFolder.Read(path) : parts.ControlNet ?? throw new UnfitRequestException("control", PipelineTexts.NoControlNet);
            part.Config.CheckFits(part.Path, unet, parts.Source.Path);
        }
        catch (Exception fault) when (fault is ModelFileException or ModelFolderException)
        {
            throw new UnfitRequestException("control", fault.Message);
        }

        if (part.Config.PictureChannels != 3 || part.Config.Factor != parts.Vae.Factor)
        {
            throw new UnfitRequestException(
                "control", string.Format(CultureInfo.InvariantCulture, PipelineTexts.OtherControlPicture, part.Config.PictureChannels, part.Config.Factor, parts.Vae.Factor));
        }

        var graph = graphs.Control(choice.Path, part.Load);
        return new ControlGuide(graph, Residuals(unet.Levels, walk.Shape), choice, conditioning, walk.Calls);
    }

    // What the way down leaves for the way up: the first convolution, each layer, each halving; then the middle.
    private static List<ResidualShape> Residuals(IReadOnlyList<UnetLevel> levels, LatentShape shape)
    {
        var residuals = new List<ResidualShape>();
        var (height, width) = (shape.Height, shape.Width);
        Add(levels[0].Channels);
        for (var i = 0; i < levels.Count; i++)
        {
            for (var layer = 0; layer < levels[i].Layers; layer++)
            {
                Add(levels[i].Channels);
            }

            if (i < levels.Count - 1)
            {
                (height, width) = ((height + 1) / 2, (width + 1) / 2);
                Add(levels[i].Channels);
            }
        }

        residuals.Add(new ResidualShape("mid_block_res_sample", "mid_block_additional_residual", levels[^1].Channels, height, width));
        return residuals;

        void Add(int channels) => residuals.Add(new ResidualShape(
            $"down_block_res_samples.{residuals.Count}", $"down_block_additional_residuals.{residuals.Count}", channels, height, width));
    }
}
