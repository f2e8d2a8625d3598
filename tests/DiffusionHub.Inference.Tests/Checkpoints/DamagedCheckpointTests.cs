using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Inference.Graphs.Clip;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;

namespace DiffusionHub.Inference.Tests.Checkpoints;

/// <summary>Files from which tensors were taken, renamed or given other shapes: a reason each time, never another fault.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-damaged-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(CheckpointKind.StableDiffusion1)]
    [InlineData(CheckpointKind.StableDiffusion2)]
    [InlineData(CheckpointKind.StableDiffusionXl)]
    [InlineData(CheckpointKind.StableDiffusionXlRefiner)]
    public void Damage_is_refused_with_the_files_name(CheckpointKind kind)
    {
        var whole = TinyModel.Of(kind).Single();
        var path = Path.Combine(folder.FullName, "model.safetensors");
        Use(whole.WriteShapes(path)).ShouldBeNull("nothing is damaged yet");
        var random = new Random((int)kind);
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            var message = Use(Damaged(whole, random).WriteShapes(path));
            message?.ShouldContain(path);
            refused += message is null ? 0 : 1;
        }

        // Some damage is to what no graph reads.
        refused.ShouldBeGreaterThan(20);
    }

    private static TensorFile Damaged(TensorFile whole, Random random)
    {
        var names = whole.Keys.ToList();
        var some = names[random.Next(names.Count)];
        var part = some[..Math.Min(some.Length, 2 + random.Next(30))];
        var action = random.Next(4);
        var damaged = new TensorFile();
        foreach (var (name, tensor) in whole)
        {
            if (action == 0 && name.StartsWith(part, StringComparison.Ordinal) && random.Next(3) > 0)
            {
                continue;
            }

            var (newName, shape) = (name, tensor.Shape);
            if (random.Next(names.Count / 3) == 0)
            {
                newName = action == 1 ? name.Replace('0', '1') : action == 2 ? name.Replace("block", "blocks", StringComparison.Ordinal) : name;
                shape = action switch
                {
                    0 => [.. shape.Reverse()],
                    3 => random.Next(3) switch
                    {
                        0 => [],
                        1 => [.. shape, 1],
                        _ => [.. shape.Select(side => side * random.Next(3))],
                    },
                    _ => shape,
                };
            }

            damaged.TryAdd(newName, new TestTensor(shape, []));
        }

        return damaged;
    }

    private static string? Use(string path)
    {
        try
        {
            using var checkpoint = Checkpoint.Open(path);
            if (checkpoint.Unet is not null)
            {
                UnetGraph.Write(checkpoint.Unet, checkpoint.UnetWeights!);
            }

            if (checkpoint.Vae is not null)
            {
                AutoencoderKlGraphs.Decoder(checkpoint.Vae, checkpoint.VaeWeights!);
                AutoencoderKlGraphs.Encoder(checkpoint.Vae, checkpoint.VaeWeights!);
            }

            foreach (var encoder in checkpoint.TextEncoders)
            {
                ClipTextGraph.Write(encoder.Config, encoder.Weights);
            }

            return null;
        }
        catch (ModelFileException refusal)
        {
            return refusal.Message;
        }
    }
}
