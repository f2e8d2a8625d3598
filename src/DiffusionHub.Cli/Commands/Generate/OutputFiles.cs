using System.Globalization;
using DiffusionHub.Cli.Shell;
using DiffusionHub.Pipelines;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>The files that a run writes.</summary>
internal sealed record OutputFiles(IReadOnlyList<string> Pictures, string? Latents)
{
    private const string Extension = ".png";
    private const int LongestWords = 48;

    /// <summary>Names the files before the work begins. <paramref name="output"/> is overwritten; without it a free name is taken.</summary>
    /// <exception cref="CommandException">A folder is missing, or the name is not a PNG's.</exception>
    public static OutputFiles Plan(string? output, string? latents, PictureRequest request)
    {
        if (output is not null && !output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException(Text(GenerateTexts.NotPng, output), ExitCodes.Usage);
        }

        var pictures = output is not null ? Numbered(output, request.Count) : Free(request);
        foreach (var path in pictures.Append(latents).OfType<string>())
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            if (!Directory.Exists(folder))
            {
                throw new CommandException(Text(GenerateTexts.NoFolder, folder ?? path));
            }

            if (Directory.Exists(path))
            {
                throw new CommandException(Text(GenerateTexts.IsFolder, path));
            }
        }

        return new OutputFiles(pictures, latents);
    }

    /// <summary>Writes beside the target and moves into place, so that a target is always whole.</summary>
    public static void Write(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new CommandException(Text(GenerateTexts.NotWritten, path, fault.Message), ExitCodes.Failed, fault);
        }
    }

    private static string[] Numbered(string path, int count)
    {
        var stem = path[..^Extension.Length];
        return count == 1 ? [path] : [.. Enumerable.Range(0, count).Select(i => $"{stem}-{i}{path[^Extension.Length..]}")];
    }

    private static string[] Free(PictureRequest request)
    {
        var words = new string([.. request.Prompt.Take(LongestWords).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')]);
        words = string.Join('-', words.Split('-', StringSplitOptions.RemoveEmptyEntries));
        var stem = $"{(words.Length > 0 ? words : "picture")}-{request.Seed}";
        for (var attempt = 1; ; attempt++)
        {
            var files = Numbered((attempt == 1 ? stem : $"{stem}-{attempt}") + Extension, request.Count);
            if (!files.Any(File.Exists))
            {
                return files;
            }
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
