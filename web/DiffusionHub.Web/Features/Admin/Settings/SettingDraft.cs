using System.Globalization;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Studio.Parts;

namespace DiffusionHub.Web.Features.Admin.Settings;

/// <summary>A number in a form: what is typed stays, however often the page reads what is set.</summary>
/// <param name="range">What it may be.</param>
/// <param name="optional">Nothing typed means that there is none.</param>
public sealed class SettingDraft(SettingRange range, bool optional = false)
{
    private string _set = "";

    /// <summary>What it may be, and its name.</summary>
    public SettingRange Range => range;

    /// <summary>What stands in the field.</summary>
    public string Text { get; private set; } = "";

    /// <summary>What is wrong with it, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>True while it differs from what is set.</summary>
    public bool Changed => !string.Equals(Text.Trim(), _set, StringComparison.Ordinal);

    /// <summary>Shows what is set, unless something else is being typed.</summary>
    public void Show(double? value)
    {
        var keep = Changed;
        _set = value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
        Text = keep ? Text : _set;
    }

    /// <summary>Somebody types.</summary>
    public void Type(string text) => (Text, Error) = (text, null);

    /// <summary>What is typed becomes what is set.</summary>
    public void Keep() => _set = Text.Trim();

    /// <summary>Reads what is typed; where it is refused, <see cref="Error"/> says why.</summary>
    public bool TryRead(out double? value)
    {
        value = null;
        if (optional && string.IsNullOrWhiteSpace(Text))
        {
            Error = null;
            return true;
        }

        value = FormNumbers.Parse(Text);
        Error = value is { } typed && range.Holds(typed) ? null : range.Refusal(Text.Trim());
        return Error is null;
    }
}
