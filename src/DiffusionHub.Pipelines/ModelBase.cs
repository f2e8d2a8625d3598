namespace DiffusionHub.Pipelines;

/// <summary>Names of what models were trained from, by which adapters and ControlNets find the models that they fit: known by the length of a text token's vector.</summary>
public static class ModelBase
{
    private static readonly Dictionary<long, string> Names = new() { [768] = "StableDiffusion 1", [1024] = "StableDiffusion 2", [2048] = "StableDiffusionXl", [1280] = "StableDiffusionXl refiner" };

    /// <summary>The name for a width, or null where no published model has it.</summary>
    /// <param name="contextWidth">Length of a text token's vector in the UNet.</param>
    public static string? Of(long contextWidth) => Names.GetValueOrDefault(contextWidth);
}
