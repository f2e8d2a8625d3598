using System.Text;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>Looks, once every job has ended, whether what the queue promises held.</summary>
internal sealed class SoakChecks(SoakDatabase database, SoakFolder folder, WorkerTally tally)
{
    /// <summary>Every invariant with the number of its violations.</summary>
    public async Task<IReadOnlyList<Invariant>> CheckAsync(Submitter submitter, EndCounter ends, CancellationToken stop)
    {
        var published = tally.Of(WorkerLine.Published);
        var rows = await database.ReadAsync(
            SoakSql.Invariants, r => new Invariant(r.GetString(0), r.GetInt64(1)), stop,
            submitter.Accepted.ToArray(), published.Select(line => line.First).ToArray(), published.Select(line => line.Second).ToArray());
        var gallery = await database.ReadAsync(SoakSql.ReadGallery, r => r.GetString(0), stop);
        var noted = (await database.ReadAsync(SoakSql.ReadFenced, r => r.GetString(0), stop)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. rows,
            new("missing", gallery.Count(key => !HasPicture(key))),
            new("undropped", tally.Of(WorkerLine.Fenced).Count(line => File.Exists(PathOf($"{line.First}/{line.Second}/{SoakJobs.FileName}")))),
            new("unnoted", tally.Of(WorkerLine.Fenced).Count(line => !noted.Contains($"{line.First}/{line.Second}"))),
            new("keys", submitter.Accepted.Count - submitter.Accepted.Distinct().Count() + submitter.Changed),
            new("cursor", Math.Abs(submitter.Accepted.Count - ends.Ended) + ends.Twice),
            new("surprises", tally.Surprises.Count),
        ];
    }

    /// <summary>Files that no gallery row names: of workers that were killed between picture and finish.</summary>
    public async Task<int> OrphansAsync(CancellationToken stop)
    {
        var named = (await database.ReadAsync(SoakSql.ReadGallery, r => r.GetString(0), stop)).ToHashSet(StringComparer.Ordinal);
        return Directory.Exists(folder.Pictures)
            ? Directory.EnumerateFiles(folder.Pictures, "*", SearchOption.AllDirectories).Count(file => !named.Contains(Path.GetRelativePath(folder.Pictures, file)))
            : 0;
    }

    private bool HasPicture(string key) => File.Exists(PathOf(key)) && File.ReadAllText(PathOf(key), Encoding.UTF8) == key;

    private string PathOf(string key) => Path.Combine(folder.Pictures, key);
}
