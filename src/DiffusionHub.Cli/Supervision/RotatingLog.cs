using System.Globalization;

namespace DiffusionHub.Cli.Supervision;

/// <summary>A log file with the time before each line. When it grows too long it becomes <c>.1</c>, the one before <c>.2</c>, and so on.</summary>
internal sealed class RotatingLog(string path, TimeProvider time, long mostBytes = 10 * 1024 * 1024, int kept = 3) : IDisposable
{
    private readonly Lock sync = new();
    private StreamWriter? writer;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Adds a line. A full disk, or a file that is no longer ours, loses log lines, never the process that wrote them.</summary>
    public void Write(string line)
    {
        lock (sync)
        {
            try
            {
                writer ??= new StreamWriter(Path, append: true) { AutoFlush = true };
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}"));
                if (writer.BaseStream.Length >= mostBytes)
                {
                    Rotate();
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Forget();
            }
        }
    }

    public void Dispose()
    {
        lock (sync)
        {
            Forget();
        }
    }

    // What it still holds cannot be written either: the file is let go in any case.
    private void Forget()
    {
        var file = writer;
        writer = null;
        try
        {
            file?.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file!.BaseStream.Dispose();
        }
    }

    private void Rotate()
    {
        writer!.Dispose();
        writer = null;
        for (var number = kept - 1; number >= 0; number--)
        {
            var from = number == 0 ? Path : Numbered(number);
            if (File.Exists(from))
            {
                File.Move(from, Numbered(number + 1), overwrite: true);
            }
        }

        string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{Path}.{number}");
    }
}
