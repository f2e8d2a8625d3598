using DiffusionHub.People.Quotas;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Admin.Settings;

namespace DiffusionHub.Web.Features.Admin.People;

/// <summary>A quota in a form. Storage is typed in GiB.</summary>
public sealed class QuotaDrafts
{
    private const double Gibibyte = 1024d * 1024 * 1024;
    private const double MostGibibytes = 8_000_000;

    /// <summary>Jobs that wait or run.</summary>
    public SettingDraft Waiting { get; } = Number(PeopleAdminTexts.WaitingJobs);

    /// <summary>Jobs that run.</summary>
    public SettingDraft Running { get; } = Number(PeopleAdminTexts.RunningJobs);

    /// <summary>Pictures a day.</summary>
    public SettingDraft Pictures { get; } = Number(PeopleAdminTexts.PicturesADay);

    /// <summary>Device seconds a day.</summary>
    public SettingDraft Seconds { get; } = Number(PeopleAdminTexts.DeviceSecondsADay);

    /// <summary>Storage in GiB.</summary>
    public SettingDraft Storage { get; } = new(new SettingRange(PeopleAdminTexts.Storage, 0, MostGibibytes, Whole: false), optional: true);

    /// <summary>All of them, in the order of the form.</summary>
    public IEnumerable<SettingDraft> All => [Waiting, Running, Pictures, Seconds, Storage];

    /// <summary>True while one differs from what is set.</summary>
    public bool Changed => All.Any(d => d.Changed);

    /// <summary>Shows what is set.</summary>
    public void Show(Quota quota)
    {
        Waiting.Show(quota.WaitingJobs);
        Running.Show(quota.RunningJobs);
        Pictures.Show(quota.PicturesADay);
        Seconds.Show(quota.DeviceSecondsADay);
        Storage.Show(quota.StorageBytes / Gibibyte);
    }

    /// <summary>What is typed becomes what is set.</summary>
    public void Keep()
    {
        foreach (var draft in All)
        {
            draft.Keep();
        }
    }

    /// <summary>Reads the form; null where something is refused, which its field tells.</summary>
    public Quota? Read()
    {
        // Each is read, so that each is told of.
        var right = Waiting.TryRead(out var waiting) & Running.TryRead(out var running) & Pictures.TryRead(out var pictures) & Seconds.TryRead(out var seconds) & Storage.TryRead(out var storage);
        return right ? new Quota((int?)waiting, (int?)running, (int?)pictures, (int?)seconds, (long?)(storage * Gibibyte)) : null;
    }

    private static SettingDraft Number(string name) => new(new SettingRange(name, 0, int.MaxValue, Whole: true), optional: true);
}
