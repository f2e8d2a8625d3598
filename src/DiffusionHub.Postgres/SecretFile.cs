using System.Security.Cryptography;

namespace DiffusionHub.Postgres;

/// <summary>A file that only its owner can read (0600) in a folder that only its owner can enter (0700).</summary>
internal static class SecretFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What it holds; null: nothing, or there is no such file.</summary>
    public static string? Read(string path)
    {
        var text = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        return text.Length > 0 ? text : null;
    }

    /// <summary>A new random password, kept in the file.</summary>
    public static string Renew(string path)
    {
        // Letters and digits only: it also stands in connection strings and in SQL.
        var password = RandomNumberGenerator.GetHexString(48, lowercase: true);
        Write(path, password + "\n");
        return password;
    }

    /// <summary>Writes it whole or not at all.</summary>
    public static void Write(string path, string text)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Private | UnixFileMode.UserExecute);
        }

        var half = path + ".new";
        File.Delete(half);
        using (var file = new FileStream(half, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }
}
