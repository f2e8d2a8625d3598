using DiffusionHub.Data.Settings;
using DiffusionHub.People;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Links;
using DiffusionHub.Queue;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionHub.Cli.Shell;

/// <summary>The services of people, on a database, for commands.</summary>
internal sealed class PeopleHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PeopleHost(ServiceProvider services) => _services = services;

    /// <summary>Opens them; the data folder's key ring is the web's.</summary>
    public static PeopleHost Open(string database, HubSettings settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => QueueDatabase.Open(database, "hub"));
        services.AddDataProtection().SetApplicationName("DiffusionHub").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.KeysFolder, "web")));
        services.AddPeople();
        return new PeopleHost(services.BuildServiceProvider());
    }

    /// <summary>One of the services.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The secret of a new link that makes the first administrator; the one before it ends.</summary>
    public Task<string> SetupLinkAsync(CancellationToken cancellationToken) =>
        Get<LinkBook>().CreateAsync(new LinkWish(LinkKinds.Setup, LinkWish.SetupLifetime), Actor.CommandLine, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
