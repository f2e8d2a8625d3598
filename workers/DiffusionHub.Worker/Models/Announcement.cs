using System.Globalization;
using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Mapping;
using DiffusionHub.Pipelines.Catalogue;

namespace DiffusionHub.Worker.Models;

/// <summary>An entry as the database takes it.</summary>
/// <param name="Name">Name, short enough for its column.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Family">Family; empty for what is no model, or cannot be stored.</param>
/// <param name="Record">A <see cref="ModelCapabilities"/> or <see cref="ModelAsset"/> as JSON.</param>
/// <param name="Fault">What is wrong with it, or null.</param>
internal sealed record Announcement(string Name, string Kind, string Family, string Record, string? Fault)
{
    // As wide as hub.model's column.
    private const int LongestName = 200;

    // How JSON writes what jsonb cannot hold.
    private const string Nothing = @"\u0000";

    /// <summary>Makes an entry ready. One that the database would refuse becomes a broken entry that says why: it must not end the worker, nor hide the others.</summary>
    public static Announcement Of(InventoryItem item)
    {
        if (item.Name.Length > LongestName)
        {
            return Broken(item, string.Format(CultureInfo.InvariantCulture, WorkerTexts.LongName, item.Path, LongestName, item.Name.Length));
        }

        try
        {
            var record = item.Model is { } model
                ? JsonSerializer.Serialize(model.ToCapabilities() with { Notice = item.Notice }, RequestJson.Default.ModelCapabilities)
                : JsonSerializer.Serialize(item.ToAsset(), RequestJson.Default.ModelAsset);
            return record.Contains(Nothing, StringComparison.Ordinal) || item.Fault?.Contains('\0') == true
                ? Broken(item, Unstorable(item, "U+0000"))
                : new Announcement(item.Name, item.Kind, item.Model?.Family ?? "", record, item.Fault);
        }
        catch (Exception fault) when (fault is ArgumentException or JsonException)
        {
            // A number that is infinite, a text that is none.
            return Broken(item, Unstorable(item, fault.Message));
        }
    }

    private static Announcement Broken(InventoryItem item, string fault)
    {
        // Not in the middle of a pair.
        var length = Math.Min(item.Name.Length, LongestName);
        var name = item.Name[..(char.IsHighSurrogate(item.Name[length - 1]) ? length - 1 : length)];
        var record = new ModelAsset { Name = name, Kind = item.Kind, Fault = fault };
        return new Announcement(name, item.Kind, "", JsonSerializer.Serialize(record, RequestJson.Default.ModelAsset), fault);
    }

    private static string Unstorable(InventoryItem item, string found) => string.Format(CultureInfo.InvariantCulture, WorkerTexts.Unstorable, item.Path, found);
}
