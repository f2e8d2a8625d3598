namespace DiffusionHub.Pipelines.Folders;

/// <summary>Finds a module's weights under the names that diffusers and transformers give them: whole or in parts, in full or half precision.</summary>
internal static class WeightFiles
{
    /// <summary>What the file is called in diffusers' modules.</summary>
    public const string Diffusers = "diffusion_pytorch_model";

    /// <summary>What it is called in transformers' modules.</summary>
    public const string Transformers = "model";

    private static readonly string[] Endings = [".safetensors", ".safetensors.index.json", ".fp16.safetensors", ".safetensors.index.fp16.json"];
    private static readonly string[] Pickles = [".bin", ".ckpt", ".pt"];

    /// <summary>The file's name in the folder; the usual one where there is none, so that it is the one found missing.</summary>
    /// <exception cref="ModelFolderException">There are only weights in a format that can run code.</exception>
    public static string Find(ModelFolder folder, string module, string stem)
    {
        var usual = Path.Combine(module, stem + Endings[0]);
        if (Endings.Select(ending => Path.Combine(module, stem + ending)).FirstOrDefault(folder.Has) is { } found)
        {
            return found;
        }

        var inside = Path.Combine(folder.Path, module);
        var pickle = Directory.Exists(inside) ? Directory.EnumerateFiles(inside).FirstOrDefault(file => Pickles.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)) : null;
        return pickle is null ? usual : throw new ModelFolderException(ModelFolderException.Format(FolderTexts.PickledWeights, pickle, usual));
    }
}
