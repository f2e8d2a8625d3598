using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Data.Blobs;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>
/// A store after which the process may freeze, when a file of that name asks for it: just between a picture's bytes and its finish, where a
/// late result is sent for certain once the process goes on.
/// </summary>
internal sealed class FreezingStore(IBlobStore store, string wish) : IBlobStore
{
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await store.PutAsync(key, content, cancellationToken);
        if (File.Exists(wish))
        {
            File.Delete(wish);
            // Job and claim token, as Publication.KeyOf has them.
            var claim = key.Split('/');
            WorkerLine.Say(WorkerLine.Frozen, long.Parse(claim[0], CultureInfo.InvariantCulture), long.Parse(claim[1], CultureInfo.InvariantCulture));
            NativeCalls.Freeze();
        }
    }

    public Stream? Open(string key) => store.Open(key);

    public bool Refresh(string key) => store.Refresh(key);

    public IEnumerable<StoredBlob> List() => store.List();

    public void Delete(string key) => store.Delete(key);

    public bool DeleteOlder(string key, DateTimeOffset before) => store.DeleteOlder(key, before);

    public Task ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);
}
