using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Cli.Commands.Models;

/// <summary>Entries as <c>--json</c> prints them: the capability record that workers announce, with kind, path and what is wrong.</summary>
internal static class EntryJson
{
    public static JsonNode Of(InventoryItem item)
    {
        var node = item.Model is { } model ? JsonSerializer.SerializeToNode(model.ToCapabilities(), RequestJson.Default.ModelCapabilities)!.AsObject()
            : JsonSerializer.SerializeToNode(item.ToAsset(), RequestJson.Default.ModelAsset)!.AsObject();
        node["kind"] = item.Kind;
        node["path"] = item.Path;
        node["fault"] = item.Fault;
        node["notice"] = item.Notice;
        node["thumbnail"] = item.Thumbnail;
        node["hashes"] = new JsonObject(item.Hashes.Select(hash => KeyValuePair.Create<string, JsonNode?>(hash.Key, hash.Value)));
        return node;
    }

    public static JsonNode Loose(string path) => new JsonObject { ["name"] = Path.GetFileName(path), ["kind"] = "file", ["path"] = path, ["fault"] = ModelsTexts.Loose };
}
