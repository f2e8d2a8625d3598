namespace DiffusionHub.Data.Blobs;

/// <summary>A blob of the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="At">When it was stored or last refreshed, by the store's clock.</param>
public sealed record StoredBlob(string Key, DateTimeOffset At);

/// <summary>Where pictures lie: a folder now, an S3 bucket later. Keys are relative paths of <c>[a-z0-9/._-]</c>.</summary>
public interface IBlobStore
{
    /// <summary>Stores <paramref name="content"/> whole or not at all; an existing blob of that key is replaced. Stored means: a power cut does not take it.</summary>
    /// <exception cref="IOException">The store cannot take it: full, read-only, gone.</exception>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Opens a blob for reading, or null when there is none. The caller disposes it.</summary>
    Stream? Open(string key);

    /// <summary>Removes a blob; one that is not there is no error.</summary>
    void Delete(string key);

    /// <summary>Makes a blob as young as one stored now, so that no housekeeping takes it; false where there is none.</summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    bool Refresh(string key);

    /// <summary>Every blob, left-over parts of blobs too, in no order; blobs that come or go meanwhile may be in it or not.</summary>
    /// <exception cref="IOException">The store is gone.</exception>
    IEnumerable<StoredBlob> List();

    /// <summary>Removes a blob unless it was stored or refreshed since <paramref name="before"/>; true where it was removed.</summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    bool DeleteOlder(string key, DateTimeOffset before);

    /// <summary>Writes and removes a small probe.</summary>
    /// <exception cref="IOException">The store cannot take blobs right now; the message says why.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
