using System.Text.Json;
using DiffusionHub.Data;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Models;

/// <summary>One model as the web knows it: the record that a worker published, and the administrator's switch.</summary>
/// <param name="Capabilities">What workers can do with it.</param>
/// <param name="Enabled">False: out of use.</param>
/// <param name="UpdatedAt">When a worker last announced it.</param>
internal sealed record KnownModel(ModelCapabilities Capabilities, bool Enabled, DateTimeOffset UpdatedAt);

/// <summary>The models that workers have announced in the database. The web never loads one.</summary>
internal sealed class ModelCatalogue(IDbContextFactory<HubDbContext> contexts)
{
    /// <summary>All models, by name.</summary>
    public async Task<IReadOnlyList<KnownModel>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Models.AsNoTracking().OrderBy(m => m.Name).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new KnownModel(
            JsonSerializer.Deserialize(row.Capabilities, RequestJson.Default.ModelCapabilities)!, row.Enabled, row.UpdatedAt))];
    }

    /// <summary>Puts a model in or out of use.</summary>
    public async Task SetEnabledAsync(string name, bool enabled, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Models.Where(m => m.Name == name).ExecuteUpdateAsync(set => set.SetProperty(m => m.Enabled, enabled), cancellationToken);
    }
}
