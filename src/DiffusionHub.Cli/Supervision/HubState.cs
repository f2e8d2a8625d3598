using System.Text.Json;
using System.Text.Json.Serialization;

namespace DiffusionHub.Cli.Supervision;

/// <summary>What a running hub tells about itself, for <c>hub status</c> and <c>hub down</c>.</summary>
/// <param name="Process">The hub's own process.</param>
/// <param name="Url">Where a browser reaches it.</param>
/// <param name="Started">When it was started.</param>
/// <param name="PostgresPort">The embedded server's port; null: a given server.</param>
/// <param name="Processes">The children's process numbers by name.</param>
internal sealed record HubState(int Process, string Url, DateTimeOffset Started, int? PostgresPort, IReadOnlyDictionary<string, int> Processes)
{
    private static string FileOf(string dataFolder) => Path.Combine(dataFolder, "hub.state.json");

    /// <summary>What the hub of a data folder wrote last; null when it wrote nothing.</summary>
    public static HubState? Read(string dataFolder)
    {
        var file = FileOf(dataFolder);
        return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), HubStateJson.Default.HubState) : null;
    }

    /// <summary>Writes it whole or not at all.</summary>
    public void Write(string dataFolder)
    {
        var half = FileOf(dataFolder) + ".new";
        File.WriteAllText(half, JsonSerializer.Serialize(this, HubStateJson.Default.HubState));
        File.Move(half, FileOf(dataFolder), overwrite: true);
    }

    /// <summary>The hub has ended.</summary>
    public static void Remove(string dataFolder) => File.Delete(FileOf(dataFolder));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HubState))]
internal sealed partial class HubStateJson : JsonSerializerContext;
