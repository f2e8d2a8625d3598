namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>The soak's statements, one a file in Sql/; the gallery row is the worker's own.</summary>
internal static class SoakSql
{
    public static readonly string PublishPicture = Read("publish-picture");
    public static readonly string Invariants = Read("invariants");
    public static readonly string AddOwners = Read("add-owners");
    public static readonly string CutConnection = Read("cut-connection");
    public static readonly string PickJobs = Read("pick-jobs");
    public static readonly string IsLeaseOver = Read("is-lease-over");
    public static readonly string IsClaimFit = Read("is-claim-fit");
    public static readonly string IsClaimGone = Read("is-claim-gone");
    public static readonly string ReadRest = Read("read-rest");
    public static readonly string ReadGallery = Read("read-gallery");
    public static readonly string ReadFenced = Read("read-fenced");
    public static readonly string ReadTrace = Read("read-trace");
    public static readonly string ReadTotals = Read("read-totals");

    private static string Read(string name)
    {
        using var stream = typeof(SoakSql).Assembly.GetManifestResourceStream($"soak.{name}.sql")
            ?? throw new InvalidOperationException($"The statement {name}.sql is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
