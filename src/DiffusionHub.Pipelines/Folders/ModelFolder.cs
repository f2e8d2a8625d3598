using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DiffusionHub.Inference;
using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs;
using DiffusionHub.Inference.Weights;
using DiffusionHub.Inference.Weights.Adapters;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>A model's folder in the diffusers layout. Every file that is asked for is checked to be there and whole.</summary>
/// <param name="path">The folder.</param>
public sealed class ModelFolder(string path)
{
    /// <summary>Full path of the folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Full path of a file in it.</summary>
    /// <exception cref="ModelFolderException">It is missing.</exception>
    public string File(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        return System.IO.File.Exists(file) ? file : throw (Directory.Exists(Path) ? ModelFolderException.Missing(file) : ModelFolderException.NoFolder(Path));
    }

    /// <summary>True when the folder holds that file.</summary>
    public bool Has(string name) => System.IO.File.Exists(System.IO.Path.Combine(Path, name));

    /// <summary>Reads a JSON object.</summary>
    /// <exception cref="ModelFolderException">It is missing or not a JSON object.</exception>
    public JsonDocument ReadJson(string name)
    {
        var file = File(name);
        try
        {
            var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(file));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw ModelFolderException.Damaged(file, NotJson(document.RootElement.ValueKind.ToString()));
        }
        catch (JsonException fault)
        {
            throw ModelFolderException.Damaged(file, NotJson(fault.Message));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ModelFolderException.Damaged(file, fault.Message);
        }
    }

    /// <summary>Reads one JSON object as a record; the names are diffusers'.</summary>
    /// <exception cref="ModelFolderException">The file is missing, no JSON, or lacks a member.</exception>
    public T Read<T>(string name, JsonTypeInfo<T> type)
    {
        var file = File(name);
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), type) ?? throw ModelFolderException.Damaged(file, NotJson("null"));
        }
        catch (JsonException fault)
        {
            throw ModelFolderException.Damaged(file, NotJson(fault.Message));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ModelFolderException.Damaged(file, fault.Message);
        }
    }

    /// <summary>Checks that a module's weights are whole and returns their length in bytes.</summary>
    /// <param name="name">A <c>.safetensors</c> file, or the index of several.</param>
    /// <exception cref="ModelFolderException">A file is missing, truncated, contradicts itself, or is no safetensors file.</exception>
    public long WeightBytes(string name)
    {
        var file = File(name);
        return Refusing(() =>
        {
            using var weights = WeightSet.Open(file);
            return weights.Files.Sum(part => part.Header.FileLength);
        });
    }

    /// <summary>Reads a module's config.</summary>
    /// <exception cref="ModelFolderException">It is missing or damaged, or asks for what the hub cannot do.</exception>
    internal T Config<T>(string name, Func<string, T> read)
    {
        var file = File(name);
        return Refusing(() => read(file));
    }

    /// <summary>Writes the graph of a module over its weights and loads it.</summary>
    /// <exception cref="ModelFolderException">The weights are missing, truncated, or do not fit the config.</exception>
    /// <exception cref="InferenceException">The graph cannot be loaded.</exception>
    internal Graph Load(string name, Func<WeightSet, WrittenGraph> write)
    {
        var file = File(name);
        return Refusing(() =>
        {
            using var weights = WeightSet.Open(file);
            return Graph.Load(write(weights));
        });
    }

    /// <summary>Loads a graph that another exporter wrote.</summary>
    /// <exception cref="ModelFolderException">It is missing or damaged, or lacks what its role needs.</exception>
    /// <exception cref="InferenceException">The graph cannot be loaded.</exception>
    internal Graph LoadExported(string name, GraphRole role, IReadOnlyList<Adapter>? adapters = null, int encoder = 1)
    {
        var file = File(name);
        return Refusing(() => Graph.LoadExported(file, role, adapters, encoder));
    }

    internal static T Refusing<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (ModelFileException fault)
        {
            throw new ModelFolderException(fault.Message);
        }
    }

    private static string NotJson(string reason) => ModelFolderException.Format(FolderTexts.NotJson, reason);
}
