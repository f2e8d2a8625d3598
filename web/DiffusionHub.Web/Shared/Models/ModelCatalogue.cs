using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Models;

/// <summary>One model as the web knows it: the record that a worker published, and the administrator's switch.</summary>
/// <param name="Capabilities">What workers can do with it.</param>
/// <param name="Enabled">False: out of use.</param>
/// <param name="UpdatedAt">When a worker last announced it.</param>
internal sealed record KnownModel(ModelCapabilities Capabilities, bool Enabled, DateTimeOffset UpdatedAt);

/// <summary>The models that workers have announced in the database. The web never loads one.</summary>
internal sealed class ModelCatalogue(HubDatabase database)
{
    /// <summary>All models, by name.</summary>
    public async Task<IReadOnlyList<KnownModel>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await database.RunAsync(hub => hub.Models.AsNoTracking().OrderBy(m => m.Name).ToListAsync(cancellationToken), cancellationToken);
        return [.. rows.Select(row => new KnownModel(
            JsonSerializer.Deserialize(row.Capabilities, RequestJson.Default.ModelCapabilities)!, row.Enabled, row.UpdatedAt))];
    }

    /// <summary>Puts a model in or out of use.</summary>
    public Task SetEnabledAsync(string name, bool enabled, CancellationToken cancellationToken) => database.RunAsync(
        hub => hub.Models.Where(m => m.Name == name).ExecuteUpdateAsync(set => set.SetProperty(m => m.Enabled, enabled), cancellationToken),
        cancellationToken);
}
