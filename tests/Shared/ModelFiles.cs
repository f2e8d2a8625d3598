using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DiffusionHub.Tests.Shared;

/// <summary>Models to import, made from the one that comes with the hub.</summary>
internal static class ModelFiles
{
    private static readonly string[] Parts = ["model_index.json", "scheduler", "tokenizer", "text_encoder", "unet", "vae"];

    /// <summary>The weights of its UNet in a copy.</summary>
    public const string Unet = "unet/diffusion_pytorch_model.safetensors";

    public static string Sprout
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            while (!Directory.Exists(Path.Combine(here.FullName, "models", "sprout")))
            {
                here = here.Parent!;
            }

            return Path.Combine(here.FullName, "models", "sprout");
        }
    }

    /// <summary>SHA-256 of its UNet's file, as its card gives it.</summary>
    public static string SproutHash => JsonNode.Parse(File.ReadAllText(Path.Combine(Sprout, "model.json")))!["hashes"]![Unet]!.GetValue<string>();

    /// <summary>A copy without a card, whose weights differ in one bit so that it is a model of its own.</summary>
    public static string Another(string to, byte bit = 1)
    {
        foreach (var file in Parts.SelectMany(part => File.Exists(Path.Combine(Sprout, part)) ? [part] : Directory.GetFiles(Path.Combine(Sprout, part)).Select(file => Path.GetRelativePath(Sprout, file))))
        {
            var target = Path.Combine(to, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Sprout, file), target);
        }

        Change(Path.Combine(to, Unet), bytes => bytes[^2] ^= bit);
        return to;
    }

    public static void Change(string path, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Writes the header of a file anew; the numbers stay.</summary>
    public static void ChangeHeader(string path, Action<JsonObject> change)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        change(header);
        Write(path, header, bytes.AsSpan(8 + length));
    }

    /// <summary>A LoRA on one layer, for UNets whose text tokens have that many numbers.</summary>
    public static string Lora(string path, int width = 768, float value = 0.01f)
    {
        const int rank = 2, outputs = 320;
        var values = new float[rank * (width + outputs)];
        Array.Fill(values, value);
        const string layer = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k";
        Write(
            path,
            new JsonObject
            {
                ["__metadata__"] = new JsonObject { ["modelspec.title"] = "Brush", ["modelspec.license"] = "CC0-1.0", ["modelspec.trigger_phrase"] = "brush, ink" },
                [layer + ".lora_A.weight"] = Tensor([rank, width], 0),
                [layer + ".lora_B.weight"] = Tensor([outputs, rank], rank * width * sizeof(float)),
            },
            MemoryMarshal.AsBytes<float>(values));
        return path;
    }

    private static JsonObject Tensor(int[] shape, int begin) => new()
    {
        ["dtype"] = "F32",
        ["shape"] = JsonSerializer.SerializeToNode(shape),
        ["data_offsets"] = new JsonArray(begin, begin + (shape[0] * shape[1] * sizeof(float))),
    };

    private static void Write(string path, JsonObject header, ReadOnlySpan<byte> data)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var start = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(start, json.Length);
        File.WriteAllBytes(path, [.. start, .. json, .. data]);
    }
}
