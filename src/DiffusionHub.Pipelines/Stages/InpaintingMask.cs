namespace DiffusionHub.Pipelines.Stages;

/// <summary>A mask in the forms that inpainting needs it in: 1 where to repaint, 0 where the picture stays.</summary>
internal static class InpaintingMask
{
    /// <summary>The picture (3, height, width) with grey (0) where it is to be repainted.</summary>
    public static float[] Hide(ReadOnlySpan<float> picture, ReadOnlySpan<float> mask)
    {
        var hidden = picture.ToArray();
        for (var i = 0; i < hidden.Length; i++)
        {
            hidden[i] = mask[i % mask.Length] < 0.5f ? hidden[i] : 0;
        }

        return hidden;
    }

    /// <summary>The mask at the latents' size: every latent pixel takes the mask's value at its upper left corner.</summary>
    public static float[] Shrink(ReadOnlySpan<float> mask, int width, int height, LatentShape shape)
    {
        var small = new float[shape.Height * shape.Width];
        for (var y = 0; y < shape.Height; y++)
        {
            for (var x = 0; x < shape.Width; x++)
            {
                small[(y * shape.Width) + x] = mask[(y * height / shape.Height * width) + (x * width / shape.Width)];
            }
        }

        return small;
    }

    /// <summary>For each picture of the batch: the mask, then the masked picture's latents.</summary>
    public static float[] Channels(ReadOnlySpan<float> small, ReadOnlySpan<float> masked, LatentShape shape)
    {
        var channels = new float[shape.Count * (small.Length + shape.One)];
        for (var i = 0; i < shape.Count; i++)
        {
            var at = channels.AsSpan(i * (small.Length + shape.One));
            small.CopyTo(at);
            masked.Slice(i * shape.One, shape.One).CopyTo(at[small.Length..]);
        }

        return channels;
    }
}
