using System.Text.Json;
using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Roles;
using DiffusionHub.Web.Shared.Data;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Web.Shared.Models;

/// <summary>One model as the web knows it: the record that a worker published, and the administrator's switch.</summary>
/// <param name="Capabilities">What workers can do with it.</param>
/// <param name="Enabled">False: out of use.</param>
/// <param name="UpdatedAt">When what workers say of it last changed.</param>
/// <param name="Roles">The roles that may use it; null: every role that may make pictures.</param>
public sealed record KnownModel(ModelCapabilities Capabilities, bool Enabled, DateTimeOffset UpdatedAt, IReadOnlyList<string>? Roles = null)
{
    /// <summary>Whether somebody may use it, on or off. Administrators may use all.</summary>
    public bool IsFor(Person person) => Roles is null || person.Is(RoleNames.Admin) || Roles.Contains(person.Role, StringComparer.Ordinal);
}

/// <summary>An adapter, ControlNet or autoencoder, or a broken entry of whatever kind.</summary>
/// <param name="Asset">What it is.</param>
/// <param name="Enabled">False: out of use.</param>
/// <param name="UpdatedAt">When what workers say of it last changed.</param>
public sealed record KnownAsset(ModelAsset Asset, bool Enabled, DateTimeOffset UpdatedAt);

/// <summary>Everything that workers have in their catalogues.</summary>
/// <param name="Models">Usable models, by name.</param>
/// <param name="Assets">What goes with them, by kind and name.</param>
/// <param name="Broken">What cannot be used, by name.</param>
public sealed record KnownEntries(IReadOnlyList<KnownModel> Models, IReadOnlyList<KnownAsset> Assets, IReadOnlyList<KnownAsset> Broken)
{
    /// <summary>The usable ones in use that go with models.</summary>
    public IReadOnlyList<ModelAsset> AssetsInUse => [.. Assets.Where(known => known.Enabled).Select(known => known.Asset)];

    /// <summary>The usable models in use.</summary>
    public IReadOnlyList<ModelCapabilities> ModelsInUse => [.. Models.Where(known => known.Enabled).Select(known => known.Capabilities)];

    /// <summary>The usable models in use that somebody may use.</summary>
    public IReadOnlyList<ModelCapabilities> ModelsFor(Person person) => [.. Models.Where(known => known.Enabled && known.IsFor(person)).Select(known => known.Capabilities)];

    /// <summary>True where there is nothing at all.</summary>
    public bool IsEmpty => Models.Count + Assets.Count + Broken.Count == 0;
}

/// <summary>What workers have announced in the database. The web never loads a model.</summary>
internal sealed class ModelCatalogue(HubDatabase database)
{
    private const string ModelKind = "model";

    /// <summary>All usable models, by name.</summary>
    public async Task<IReadOnlyList<KnownModel>> ListAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Models;

    /// <summary>All usable adapters, ControlNets and autoencoders in use, by kind and name.</summary>
    public async Task<IReadOnlyList<ModelAsset>> AssetsAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).AssetsInUse;

    /// <summary>Everything that some worker has.</summary>
    public async Task<KnownEntries> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.RunAsync(
            hub => hub.Models.AsNoTracking().Where(m => m.WithdrawnAt == null).OrderBy(m => m.Kind).ThenBy(m => m.Name).ToListAsync(cancellationToken), cancellationToken);
        return new KnownEntries(
            [.. rows.Where(row => row.Kind == ModelKind && row.Fault is null).Select(row => new KnownModel(
                JsonSerializer.Deserialize(row.Capabilities, RequestJson.Default.ModelCapabilities)!, row.Enabled, row.UpdatedAt, row.Roles))],
            [.. rows.Where(row => row.Kind != ModelKind && row.Fault is null).Select(Asset)],
            [.. rows.Where(row => row.Fault is not null).Select(Asset)]);
    }

    /// <summary>Puts an entry in or out of use.</summary>
    public Task SetEnabledAsync(string name, bool enabled, CancellationToken cancellationToken) => database.RunAsync(
        hub => hub.Models.Where(m => m.Name == name).ExecuteUpdateAsync(set => set.SetProperty(m => m.Enabled, enabled), cancellationToken),
        cancellationToken);

    /// <summary>Says which roles may use a model; null: every role that may make pictures.</summary>
    public Task SetRolesAsync(string name, string[]? roles, CancellationToken cancellationToken) => database.RunAsync(
        hub => hub.Models.Where(m => m.Name == name).ExecuteUpdateAsync(set => set.SetProperty(m => m.Roles, roles), cancellationToken), cancellationToken);

    private static KnownAsset Asset(CatalogueModel row) =>
        new(JsonSerializer.Deserialize(row.Capabilities, RequestJson.Default.ModelAsset)!, row.Enabled, row.UpdatedAt);
}
