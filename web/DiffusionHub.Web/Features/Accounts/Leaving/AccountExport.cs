using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Features.Accounts.Own;
using DiffusionHub.Web.Features.Gallery;
using DiffusionHub.Web.Shared.People;

namespace DiffusionHub.Web.Features.Accounts.Leaving;

/// <summary>Everything that the hub knows of somebody, as a ZIP that is written while it is sent: however many pictures, they do not fill the memory.</summary>
internal sealed class AccountExport(OwnAccount own, SessionBook sessions, KeyRing keys, GalleryPictures pictures, IBlobStore blobs, TimeProvider time)
{
    private const int PageSize = 200;
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly ConcurrentDictionary<Guid, bool> _running = new();

    /// <summary>A turn to write one: each person has one at a time. Null: one is being written.</summary>
    public IDisposable? Begin(Guid id) => _running.TryAdd(id, true) ? new Turn(() => _running.TryRemove(id, out _)) : null;

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(CurrentUser me, Stream stream, CancellationToken cancellationToken)
    {
        await using var lazy = new LazyStream(stream);
        await WriteZipAsync(me, lazy, cancellationToken);
        await lazy.FlushAsync(cancellationToken);
    }

    private async Task WriteZipAsync(CurrentUser me, LazyStream stream, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        var ways = await own.WaysAsync(me.Id);
        await PutAsync(zip, "account.json", new
        {
            me.Person.Id, me.Person.Name, me.Person.Email, me.Person.Role, ExportedAt = time.GetUtcNow(), TwoStepSignIn = ways.TwoStep,
            Passkeys = ways.Passkeys.Select(p => new { p.Name, p.CreatedAt }),
        }, cancellationToken);
        await PutAsync(zip, "sessions.json", (await sessions.ListAsync(me.Id, cancellationToken)).Select(s => new { s.CreatedAt, s.SeenAt, s.ExpiresAt, s.Address, s.Browser }), cancellationToken);
        await PutAsync(zip, "keys.json", (await keys.ListAsync(me.Id, cancellationToken)).Select(k => new
        {
            k.Name, k.Prefix, k.Scopes, k.RequestsAMinute, k.PicturesADay, k.CreatedAt, k.ExpiresAt, k.UsedAt, k.RevokedAt,
        }), cancellationToken);
        // Both passes begin at the picture that is the newest now.
        var newest = (await pictures.PageAsync(me.Id, null, 1, cancellationToken)).FirstOrDefault();
        await PutAsync(zip, "pictures.json", AllAsync(me.Id, newest, cancellationToken).Select(p => new
        {
            File = IsThere(p) ? FileOf(p) : null, p.Id, p.CreatedAt, p.Model, p.Prompt, p.Seed, p.Width, p.Height, p.Bytes,
            Request = JsonSerializer.Deserialize<JsonElement>(p.Request),
        }), cancellationToken);
        await foreach (var picture in AllAsync(me.Id, newest, cancellationToken))
        {
            await using var png = blobs.Open(picture.BlobKey);
            if (png is not null)
            {
                // A PNG is compressed already.
                await using var entry = await zip.CreateEntry(FileOf(picture), CompressionLevel.NoCompression).OpenAsync(cancellationToken);
                await png.CopyToAsync(entry, cancellationToken);
            }
        }
    }

    private static async Task PutAsync<T>(ZipArchive zip, string name, T content, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(entry, content, Readable, cancellationToken);
    }

    private async IAsyncEnumerable<Picture> AllAsync(Guid ownerId, Picture? newest, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (List<Picture> page = newest is null ? [] : [newest]; page.Count > 0; page = await pictures.PageAsync(ownerId, page[^1].Id, PageSize, cancellationToken))
        {
            foreach (var picture in page)
            {
                yield return picture;
            }
        }
    }

    private bool IsThere(Picture picture)
    {
        using var png = blobs.Open(picture.BlobKey);
        return png is not null;
    }

    private static string FileOf(Picture picture) =>
        string.Create(CultureInfo.InvariantCulture, $"pictures/{picture.CreatedAt.UtcDateTime:yyyy-MM-dd}-{picture.Id:N}.png");

    private sealed class Turn(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
