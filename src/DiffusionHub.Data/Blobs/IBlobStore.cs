namespace DiffusionHub.Data.Blobs;

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

    /// <summary>Writes and removes a small probe.</summary>
    /// <exception cref="IOException">The store cannot take blobs right now; the message says why.</exception>
    Task ProbeAsync(CancellationToken cancellationToken);
}
