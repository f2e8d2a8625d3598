using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class RefusalTests : CatalogueTest
{
    private const string Unet = ModelFiles.Unet;

    private static readonly Dictionary<string, (Action<string> Break, string[] Said)> Models = new(StringComparer.Ordinal)
    {
        ["truncated"] = (f => Truncate(Path.Combine(f, Unet)), [Unet, "expected 22,063,", "found 1,000,000"]),
        ["lying header"] = (f => ModelFiles.ChangeHeader(Path.Combine(f, Unet), h => h["conv_in.bias"]!["data_offsets"]![1] = 1), [Unet, "conv_in.bias"]),
        ["missing tensor"] = (f => ModelFiles.ChangeHeader(Path.Combine(f, Unet), h => Rename(h, "conv_in.bias", "conv_in.bios")), [Unet, "conv_in.bias"]),
        ["wrong shape"] = (f => ModelFiles.ChangeHeader(Path.Combine(f, Unet), h => h["conv_in.weight"]!["shape"] = Turned(h)), [Unet, "conv_in.weight", "[64, 8, 3, 3]", "[3, 3, 8, 64]"]),
        ["NaN"] = (f => ModelFiles.Change(Path.Combine(f, Unet), bytes => MemoryMarshal.Cast<byte, Half>(bytes.AsSpan(bytes.Length - 2)).Fill(Half.NaN)), [Unet]),
        ["no tokenizer"] = (f => File.Delete(Path.Combine(f, "tokenizer", "vocab.json")), ["tokenizer/vocab.json", "missing"]),
        ["no VAE"] = (f => Directory.Delete(Path.Combine(f, "vae"), recursive: true), ["vae"]),
        ["unknown class"] = (f => File.WriteAllText(Path.Combine(f, "model_index.json"), """{"_class_name":"FluxPipeline"}"""), ["FluxPipeline", "StableDiffusionXLPipeline"]),
        ["pickle in it"] = (f => File.Move(Path.Combine(f, Unet), Path.Combine(f, "unet", "diffusion_pytorch_model.bin")), ["pickle"]),
    };

    private static readonly Dictionary<string, (Func<RefusalTests, string> Make, string[] Said)> Others = new(StringComparer.Ordinal)
    {
        ["zip in disguise"] = (t => t.Zip("x.safetensors"), ["x.safetensors", "zip"]),
        ["pickle in disguise"] = (t => t.Bytes("x.safetensors", [0x80, 2, .. new byte[30]]), ["x.safetensors", "pickle"]),
        ["checkpoint"] = (t => t.Bytes("x.ckpt", new byte[30]), ["x.ckpt"]),
        ["empty file"] = (t => t.Bytes("x.safetensors", []), ["x.safetensors"]),
        ["huge header"] = (t => t.Bytes("x.safetensors", [255, 255, 255, 255, 255, 255, 255, 127, (byte)'{', 0]), ["x.safetensors"]),
        ["nothing there"] = (t => t.At("nowhere"), ["nowhere"]),
        ["empty folder"] = (t => Directory.CreateDirectory(t.At("empty")).FullName, ["model_index.json", "nothing"]),
        ["a UNet alone"] = (t => Path.Combine(ModelFiles.Another(t.At("m")), "unet"), ["UNet2DConditionModel", "part"]),
        ["a UNet's file"] = (t => Path.Combine(ModelFiles.Another(t.At("m")), Unet), ["Unet", "part"]),
        ["another module"] = (t => Path.Combine(t.Module("Transformer2D")), ["Transformer2D", "ControlNetModel"]),
        ["LoRA with NaN"] = (t => ModelFiles.Lora(t.At("l.safetensors"), value: float.NaN), ["l.safetensors", "lora_A.weight"]),
        ["VAE with a wrong shape"] = (t => t.Vae(), ["decoder.conv_in.bias"]),
        ["inside the catalogue"] = (t => Directory.CreateDirectory(Path.Combine(t.ModelsFolder, "..", "models", "x")).FullName, ["inside the catalogue"]),
    };

    public static TheoryData<string> BrokenModels => [.. Models.Keys];

    public static TheoryData<string> OtherThings => [.. Others.Keys];

    [Theory]
    [MemberData(nameof(BrokenModels))]
    public void A_broken_model_is_refused_and_leaves_nothing_behind(string how)
    {
        var folder = ModelFiles.Another(At("broken"));
        Models[how].Break(folder);
        Refused(folder, Models[how].Said);
        Left.ShouldBeEmpty();
        Directory.Exists(folder).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(OtherThings))]
    public void What_is_no_model_is_refused_and_leaves_nothing_behind(string what)
    {
        var path = Others[what].Make(this);
        Refused(path, Others[what].Said);
        Left.Except(["x"]).ShouldBeEmpty();
    }

    [Fact]
    public void A_move_that_fails_puts_every_file_back()
    {
        var folder = ModelFiles.Another(At("one"));
        var before = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order().ToList();
        using var cancel = new CancellationTokenSource();
        var files = 0;
        Should.Throw<OperationCanceledException>(() => Import(
            folder, new ImportOptions { Mode = ImportMode.Move }, p => (p.Stage == ImportStage.Copying && ++files == 4 ? cancel : null)?.Cancel(), cancel.Token));
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order().ShouldBe(before);
        Left.ShouldBeEmpty();
    }

    private static void Truncate(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(1_000_000);
    }

    private static void Rename(JsonObject header, string from, string to)
    {
        var node = header[from]!.DeepClone();
        header.Remove(from);
        header[to] = node;
    }

    private static JsonArray Turned(JsonObject header) => new([.. header["conv_in.weight"]!["shape"]!.AsArray().Select(side => side!.DeepClone()).Reverse()]);

    private void Refused(string path, string[] said)
    {
        var message = Should.Throw<ModelFolderException>(() => Import(path)).Message;
        foreach (var word in said)
        {
            message.ShouldContain(word, Case.Insensitive);
        }
    }

    private string Bytes(string name, byte[] bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    private string Zip(string name)
    {
        using (var zip = ZipFile.Open(At(name), ZipArchiveMode.Create))
        {
            zip.CreateEntry("data.pkl");
        }

        return At(name);
    }

    private string Module(string className)
    {
        Directory.CreateDirectory(At("module"));
        File.WriteAllText(At("module/config.json"), $$"""{"_class_name":"{{className}}"}""");
        return At("module");
    }

    private string Vae()
    {
        var folder = Path.Combine(ModelFiles.Another(At("m")), "vae");
        ModelFiles.ChangeHeader(Path.Combine(folder, "diffusion_pytorch_model.safetensors"), h => h["decoder.conv_in.bias"]!["shape"] = new JsonArray(1, (long)h["decoder.conv_in.bias"]!["shape"]![0]!));
        return folder;
    }
}
