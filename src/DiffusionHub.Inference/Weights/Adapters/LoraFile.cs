using System.Runtime.InteropServices;

namespace DiffusionHub.Inference.Weights.Adapters;

/// <summary>A LoRA in a <c>.safetensors</c> file, with the names of kohya's scripts, of peft or of diffusers.</summary>
public sealed class LoraFile : IDisposable
{
    // Adapters of other kinds, by what their tensors' names have in them.
    private static readonly (string Mark, string Method)[] Others =
    [
        ("hada_", "LoHa"), ("lokr_", "LoKr"), ("dora_scale", "DoRA"), ("lora_magnitude_vector", "DoRA"), ("oft_", "OFT"), ("oft.", "OFT"), (".diff", "full differences"),
    ];

    private readonly SafetensorsFile file;

    private LoraFile(SafetensorsFile file)
    {
        this.file = file;
        var keys = Keys(file);
        var settings = new LoraSettings(file);
        Layers = keys.GroupBy(k => (k.Key.Part, k.Key.Layer)).ToDictionary(g => g.Key, g => Layer(file, settings, [.. g]));
        Parts = [.. Layers.Keys.Select(k => k.Part).Distinct().Order()];
        ContextWidth = Layers.FirstOrDefault(l => l.Key.Part == LoraPart.Unet && l.Key.Name.EndsWith("attn2_to_k", StringComparison.Ordinal)).Value?.Shape[1];
        Rank = Layers.Values.Max(l => l.Rank);
    }

    /// <summary>Full path.</summary>
    public string Path => file.Path;

    /// <summary>What it holds and what its writer noted.</summary>
    public SafetensorsHeader Header => file.Header;

    /// <summary>The modules that it changes.</summary>
    public IReadOnlyList<LoraPart> Parts { get; }

    /// <summary>
    /// Length of a text token's vector in the UNets that it fits (Stable Diffusion 1: 768, 2: 1024, XL: 2048, its refiner: 1280);
    /// null where it does not change what looks at the text.
    /// </summary>
    public long? ContextWidth { get; }

    /// <summary>The largest rank of its layers.</summary>
    public long Rank { get; }

    /// <summary>What it changes, by module and layer.</summary>
    internal IReadOnlyDictionary<(LoraPart Part, string Name), LoraLayer> Layers { get; }

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="ModelFileException">It cannot be used, holds no LoRA, or an adapter of another kind.</exception>
    public static LoraFile Open(string path)
    {
        var file = SafetensorsFile.Open(path);
        try
        {
            return new LoraFile(file);
        }
        catch (ModelFileException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all numbers once, as an import does.</summary>
    /// <exception cref="ModelFileException">Some are infinite or NaN.</exception>
    public void CheckFinite(CancellationToken cancel = default)
    {
        foreach (var tensor in file.Header.Tensors.Values)
        {
            FiniteCheck.Check(file, tensor, tensor.Name, cancel);
        }
    }

    /// <summary>Unmaps it.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>The bytes of one of its tensors.</summary>
    internal ReadOnlySpan<byte> Bytes(WeightTensor tensor) => file.Bytes(tensor);

    private static List<(LoraKey Key, WeightTensor Tensor)> Keys(SafetensorsFile file)
    {
        var keys = new List<(LoraKey Key, WeightTensor Tensor)>();
        WeightTensor? unknown = null;
        foreach (var tensor in file.Header.Tensors.Values)
        {
            if (Others.FirstOrDefault(o => tensor.Name.Contains(o.Mark, StringComparison.Ordinal)).Method is { } method)
            {
                throw ModelFileException.Of(AdapterTexts.OtherMethod, file.Path, method, tensor.Name);
            }

            if (LoraKey.Parse(tensor.Name) is not { } key)
            {
                unknown ??= tensor;
            }
            else if (!tensor.IsFloat)
            {
                throw ModelFileException.Of(WeightsTexts.NoFloats, file.Path, tensor.Name);
            }
            else
            {
                keys.Add((key, tensor));
            }
        }

        return keys.Count == 0 ? throw ModelFileException.Of(AdapterTexts.NoLora, file.Path, unknown?.Name ?? "")
            : unknown is not null ? throw ModelFileException.Of(AdapterTexts.UnknownKey, file.Path, unknown.Name)
            : keys;
    }

    private static LoraLayer Layer(SafetensorsFile file, LoraSettings settings, IReadOnlyList<(LoraKey Key, WeightTensor Tensor)> tensors)
    {
        var (up, down, alpha) = (Tensor(LoraRole.Up), Tensor(LoraRole.Down), Tensor(LoraRole.Alpha));
        if (up is null || down is null)
        {
            throw ModelFileException.Of(AdapterTexts.Half, file.Path, tensors[0].Tensor.Name);
        }

        var layer = new LoraLayer(up, down, Tensor(LoraRole.Middle), alpha is null ? settings.Alpha(tensors[0].Key.Part, tensors[0].Key.Layer) : Number(file, alpha));
        return layer.Consistent ? layer : throw ModelFileException.Of(AdapterTexts.Factors, file.Path, up.Name, string.Join(", ", up.Shape), down.Name, string.Join(", ", down.Shape));

        WeightTensor? Tensor(LoraRole role)
        {
            var found = tensors.Where(t => t.Key.Role == role).Select(t => t.Tensor).ToList();
            return found.Count < 2 ? found.FirstOrDefault() : throw ModelFileException.Of(AdapterTexts.Twice, file.Path, found[0].Name, found[1].Name);
        }
    }

    private static float Number(SafetensorsFile file, WeightTensor tensor)
    {
        // Its length first: a tensor of gigabytes is no number, and has no span of bytes either.
        var bytes = tensor.Length <= sizeof(float) ? file.Bytes(tensor) : [];
        var number = (tensor.Type, bytes.Length) switch
        {
            (WeightType.Float32, sizeof(float)) => MemoryMarshal.Read<float>(bytes),
            (WeightType.Float16, sizeof(short)) => (float)MemoryMarshal.Read<Half>(bytes),
            (WeightType.BFloat16, sizeof(short)) => BitConverter.Int32BitsToSingle(MemoryMarshal.Read<short>(bytes) << 16),
            _ => float.NaN,
        };
        return float.IsFinite(number) ? number : throw ModelFileException.Of(AdapterTexts.Alpha, file.Path, tensor.Name);
    }
}
