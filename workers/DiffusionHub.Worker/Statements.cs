using System.Globalization;

namespace DiffusionHub.Worker;

/// <summary>The worker's statements of the <c>hub</c> schema, one a file in Sql/.</summary>
internal static class Statements
{
    public static readonly string AnnounceModel = Read("announce-model");
    public static readonly string AnnounceLock = Read("announce-lock");
    public static readonly string OfferModels = Read("offer-models");
    public static readonly string ForgetOffers = Read("forget-offers");
    public static readonly string WithdrawModels = Read("withdraw-models");
    public static readonly string LeaveModels = Read("leave-models");
    public static readonly string FindResult = Read("find-result");
    public static readonly string PublishPicture = Read("publish-picture");

    public static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private static string Read(string name)
    {
        using var stream = typeof(Statements).Assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new InvalidOperationException($"The statement {name}.sql is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
