using System.Buffers.Binary;
using System.Text.Json;

namespace DiffusionHub.Browser;

/// <summary>A LoRA for the built-in model: one layer of rank 1, in peft's names.</summary>
internal static class TestLora
{
    public const string Name = "moss";
    public const string Title = "Moss on everything";
    public const string Trigger = "mossy";

    private const string Layer = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q";
    private const int Width = 128;

    /// <summary>Puts it into a folder of models.</summary>
    public static void Write(string models)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models, Name)).FullName;
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""
            { "id": "{{Name}}", "kind": "lora", "title": "{{Title}}", "source": "moss.safetensors", "fits": [], "triggerWords": ["{{Trigger}}"] }
            """);
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [Layer + ".lora_A.weight"] = new { dtype = "F32", shape = new[] { 1, Width }, data_offsets = new[] { 0, 4 * Width } },
            [Layer + ".lora_B.weight"] = new { dtype = "F32", shape = new[] { Width, 1 }, data_offsets = new[] { 4 * Width, 8 * Width } },
        });
        var file = new byte[8 + header.Length + (8 * Width)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        for (var i = 0; i < 2 * Width; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(8 + header.Length + (4 * i)), 0.05f);
        }

        File.WriteAllBytes(Path.Combine(folder, "moss.safetensors"), file);
    }
}
