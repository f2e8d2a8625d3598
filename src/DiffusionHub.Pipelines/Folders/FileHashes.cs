using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>SHA-256 of files. What was read once is remembered as long as path, length and time of change stay the same, so that gigabytes are not read twice.</summary>
/// <param name="store">The file that remembers; null: nothing does.</param>
/// <param name="worth">Files shorter than this are read each time.</param>
public sealed class FileHashes(string? store, long worth = 32 << 20)
{
    /// <summary>What the file is called in the folder of models.</summary>
    public const string FileName = ".hashes.json";

    private const int Block = 1 << 20;

    /// <summary>Remembers nothing.</summary>
    public static FileHashes Forgetful { get; } = new(null);

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Told how many bytes were read, or did not need to be.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ModelFolderException">It cannot be read.</exception>
    public string Sha256(string path, Action<long>? read = null, CancellationToken cancel = default)
    {
        var file = new FileInfo(path);
        try
        {
            var stamp = new Known(file.Length, file.LastWriteTimeUtc.Ticks, "");
            if (store is null || file.Length < worth)
            {
                return Compute(file.FullName, read, cancel);
            }

            if (Load().TryGetValue(file.FullName, out var known) && known with { Hash = "" } == stamp)
            {
                read?.Invoke(file.Length);
                return known.Hash;
            }

            var hash = Compute(file.FullName, read, cancel);
            Remember(file.FullName, stamp with { Hash = hash });
            return hash;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw ModelFolderException.Damaged(file.FullName, fault.Message);
        }
    }

    /// <summary>Remembers the hash of a file that was copied or moved, so that it need not be read at its new place.</summary>
    internal void Moved(string path, string hash)
    {
        var file = new FileInfo(path);
        if (store is not null && file.Exists && file.Length >= worth)
        {
            Remember(file.FullName, new Known(file.Length, file.LastWriteTimeUtc.Ticks, hash));
        }
    }

    private static string Compute(string path, Action<long>? read, CancellationToken cancel)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Block];
        for (int length; (length = file.Read(block)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(block, 0, length);
            read?.Invoke(length);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Dictionary<string, Known> Load()
    {
        try
        {
            return File.Exists(store) ? JsonSerializer.Deserialize(File.ReadAllBytes(store), HashesJson.Default.DictionaryStringKnown) ?? [] : [];
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            // Without memory it is slower, not wrong.
            return [];
        }
    }

    private void Remember(string path, Known known)
    {
        try
        {
            var all = Load().Where(entry => File.Exists(entry.Key)).ToDictionary(StringComparer.Ordinal);
            all[path] = known;
            Directory.CreateDirectory(Path.GetDirectoryName(store)!);
            var temporary = $"{store}.{Guid.NewGuid():N}";
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(all, HashesJson.Default.DictionaryStringKnown));
            File.Move(temporary, store!, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written, or is full: the next one reads the file again.
        }
    }

    internal sealed record Known(long Length, long Changed, string Hash);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, FileHashes.Known>))]
internal sealed partial class HashesJson : JsonSerializerContext;
