using System.Globalization;
using DiffusionHub.Domain.Requests;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using DiffusionHub.Web.Features.Admin;

namespace DiffusionHub.Web.Features.Accounts.Own;

/// <summary>One's API keys: made, shown once, revoked.</summary>
public sealed partial class KeysCard
{
    private ProofPanel _proof = default!;
    private ProofPanel _makeProof = default!;
    private IReadOnlyList<ApiKey> _keys = [];
    private IReadOnlyList<FieldError> _errors = [];
    private KeyForm _wish = new();
    private string? _made;

    private IEnumerable<(string Scope, string Text)> Scopes =>
    [
        (KeyScopes.Generate, AccountTexts.ScopeGenerate),
        (KeyScopes.Read, AccountTexts.ScopeRead),
        .. Me.Person.Is(RoleNames.Moderator) ? new[] { (KeyScopes.Admin, AccountTexts.ScopeAdmin) } : [],
    ];

    /// <inheritdoc />
    protected override async Task ReadAsync() => _keys = [.. (await Ring.ListAsync(Me.Id)).OrderBy(k => k.RevokedAt is not null)];

    private async Task MakeAsync()
    {
        _errors = _wish.Faults();
        if (_errors.Count > 0)
        {
            return;
        }

        (_made, _errors) = await Ring.CreateAsync(Me.Id, _wish.ToWish(), Me.Actor);
        _wish = _made is null ? _wish : new KeyForm();
    }

    private void Toggle(string scope, bool on) => _wish.Scopes = on ? [.. _wish.Scopes.Append(scope).Distinct(StringComparer.Ordinal)] : [.. _wish.Scopes.Where(s => s != scope)];

    private string Facts(ApiKey key) => string.Join(" · ", new[]
    {
        AccountText.Of(AccountTexts.Since, AccountText.Day(key.CreatedAt)),
        key.ExpiresAt is { } end ? AccountText.Of(AccountTexts.Until, AccountText.Day(end)) : AccountTexts.Forever,
        key.UsedAt is { } used ? AccountText.Of(AccountTexts.UsedAgo, AdminText.Ago(used, Time.GetUtcNow())) : AccountTexts.NeverUsed,
        key.RequestsAMinute is { } rate ? AccountText.Of(AccountTexts.RateFact, rate) : null,
        key.PicturesADay is { } pictures ? AccountText.Of(AccountTexts.PicturesFact, pictures) : null,
    }.OfType<string>());

    /// <summary>What is typed; numbers as text, so that a wrong one can be told.</summary>
    private sealed class KeyForm
    {
        public string Name { get; set; } = "";

        public IReadOnlyList<string> Scopes { get; set; } = [KeyScopes.Generate, KeyScopes.Read];

        public string Days { get; set; } = "90";

        public string Rate { get; set; } = "";

        public string Pictures { get; set; } = "";

        public IReadOnlyList<FieldError> Faults() =>
        [
            .. new[] { ("days", Days), ("requestsAMinute", Rate), ("picturesADay", Pictures) }
                .Where(f => f.Item2.Trim().Length > 0 && Number(f.Item2) is null).Select(f => new FieldError(f.Item1, AccountTexts.NotANumber)),
        ];

        public KeyWish ToWish() => new(Name, Scopes, Number(Days), Number(Rate), Number(Pictures));

        private static int? Number(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
