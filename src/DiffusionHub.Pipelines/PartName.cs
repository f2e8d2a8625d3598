namespace DiffusionHub.Pipelines;

/// <summary>What a picture's parameters call an adapter, an autoencoder or another model.</summary>
public static class PartName
{
    private const string Weights = ".safetensors";

    /// <summary>A name of the catalogue as it is; of a path the last part, of a file of weights without its ending.</summary>
    public static string Of(string nameOrPath)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(nameOrPath));
        return name.EndsWith(Weights, StringComparison.OrdinalIgnoreCase) ? name[..^Weights.Length] : name;
    }
}
