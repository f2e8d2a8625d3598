using System.Text.Json.Nodes;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>The tiny models beside the tests (see tests/Shared/models), and copies of them that a test may change.</summary>
public sealed class TestModels : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hub-tiny-");

    public void Dispose() => root.Delete(recursive: true);

    /// <summary>Folder of a model.</summary>
    public static string At(string name) => TestFiles.Path("references", "models", name);

    public static IPipeline Load(string nameOrPath) => KnownFamilies.Load(ModelSource.At(Path.IsPathRooted(nameOrPath) ? nameOrPath : At(nameOrPath)));

    /// <summary>A file of a reference case.</summary>
    public static string Case(params string[] parts) => TestFiles.Path(["references", "pipelines", .. parts]);

    public static RgbImage Picture(params string[] parts) => ImageCodec.Decode(File.ReadAllBytes(Case(parts)));

    public static PictureRequest Request(string prompt = "a red fox", int steps = 2, double guidance = 1) => new()
    {
        Prompt = prompt, Seed = 5, Steps = steps, Guidance = guidance, Width = 64, Height = 64, Sampler = "Euler",
    };

    /// <summary>A copy of a model.</summary>
    public string Copy(string name, string? called = null)
    {
        var target = Path.Combine(root.FullName, called ?? name);
        foreach (var file in Directory.EnumerateFiles(At(name), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(At(name), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }

    /// <summary>A path of its own.</summary>
    public string New(string name) => Path.Combine(root.FullName, name);

    /// <summary>Changes a JSON file.</summary>
    public static void Edit(string path, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    /// <summary>Changes a file of weights.</summary>
    public static void Edit(string path, Action<WeightFile> change)
    {
        var file = WeightFile.Read(path);
        change(file);
        file.Write(path);
    }
}
