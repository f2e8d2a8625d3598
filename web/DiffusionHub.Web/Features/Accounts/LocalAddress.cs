namespace DiffusionHub.Web.Features.Accounts;

/// <summary>Where to go after a form: only to pages of this hub.</summary>
internal static class LocalAddress
{
    /// <summary><paramref name="to"/> where it is a path of this hub, else <paramref name="otherwise"/>.</summary>
    public static string Of(string? to, string otherwise = "/") =>
        to is { Length: > 0 and < 2000 } && to[0] == '/' && (to.Length == 1 || to[1] is not ('/' or '\\')) && !to.Any(char.IsControl) ? to : otherwise;
}
