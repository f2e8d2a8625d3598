namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>Adds up the bytes of a stage.</summary>
internal sealed class Counter
{
    private readonly Action<ImportProgress> progress;
    private readonly ImportStage stage;
    private readonly long total;
    private long done;

    public Counter(Action<ImportProgress> progress, ImportStage stage, long total)
    {
        (this.progress, this.stage, this.total) = (progress, stage, total);
        Add(0);
    }

    public void Add(long bytes)
    {
        done += bytes;
        progress(new ImportProgress(stage, done, total));
    }
}
