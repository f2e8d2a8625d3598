using System.Security.Claims;
using DiffusionHub.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Shared.Data;
using DiffusionHub.Web.Shared.Net.Limits;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DiffusionHub.Web.Shared.People;

/// <summary>Puts people into the web node: how they are recognised, and what is done before anything else.</summary>
internal static class WebPeople
{
    // What reverse proxies add; of a proxy that is named in the settings they are gone by now.
    private static readonly string[] Handed = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];
    private const string LocalScheme = "local";
    private const string KeyScheme = "key";
    private const string ChoiceScheme = "choice";

    public static void AddWebPeople(this IServiceCollection services)
    {
        services.AddPeople().AddSignInManager<SignInManager<Account>>();
        services.Replace(ServiceDescriptor.Scoped<IUserClaimsPrincipalFactory<Account>, PrincipalFactory>());
        services.AddSingleton<AccountsMode>();
        services.AddSingleton<PersonReader>();
        services.AddSingleton<AdminKeyUse>();
        services.AddScoped<CurrentUser>();
        services.AddHttpContextAccessor();
        services.AddSingleton<OpenLines>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenLines>());
        services.AddSingleton<PersonHubFilter>();
        services.AddSingleton<TicketStore>();
        services.AddAuthentication(options => (options.DefaultScheme, options.DefaultSignInScheme) = (ChoiceScheme, IdentityConstants.ApplicationScheme))
            .AddPolicyScheme(ChoiceScheme, null, options => options.ForwardDefaultSelector = Choose)
            .AddScheme<AuthenticationSchemeOptions, LocalHandler>(LocalScheme, null)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyScheme, null)
            .AddIdentityCookies(cookies => cookies.TwoFactorUserIdCookie!.Configure(options => Harden(options.Cookie, "hub.second-factor")));
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<TicketStore>((options, store) =>
        {
            Harden(options.Cookie, "hub.session");
            options.SessionStore = store;
            (options.ExpireTimeSpan, options.SlidingExpiration) = (SessionBook.Idle, true);
            (options.LoginPath, options.ReturnUrlParameter) = ("/account/sign-in", "to");
            // Rights and sessions are looked at with each request: there is nothing in the cookie that could be old.
            options.Events = new CookieAuthenticationEvents { OnRedirectToLogin = SignInAsync, OnRedirectToAccessDenied = DenyAsync };
        });
        services.AddAntiforgery(options => Harden(options.Cookie, "hub.form"));
        services.AddHubPolicies();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, PersonState>();
        services.AddScoped<CircuitHandler, PersonCircuit>();
    }

    /// <summary>Who asks, and whether the hub can be used at all.</summary>
    public static void UseWebPeople(this IApplicationBuilder app)
    {
        app.Use(async (http, next) =>
        {
            var mode = http.RequestServices.GetRequiredService<AccountsMode>();
            try
            {
                if (!mode.IsKnown)
                {
                    await mode.RefreshAsync(http.RequestAborted);
                }
            }
            catch (Exception e) when (HubDatabase.IsAway(e) && http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                // The health, say, is answered all the same.
            }

            // Whoever hands requests on without being named would make all the world the local user.
            if (mode.IsSinglePerson && !http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && Handed.Any(http.Request.Headers.ContainsKey))
            {
                await TypedResults.Problem(PeopleWebTexts.UnnamedProxy, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
                return;
            }

            await next(http);
        });
        app.UseAuthentication();
        app.UseHubLimits();
        app.Use(async (http, next) =>
        {
            var me = http.RequestServices.GetRequiredService<CurrentUser>();
            if (http.User.Identity?.IsAuthenticated == true && !await me.UseAsync(http.User, http.Connection.RemoteIpAddress?.ToString(), http.RequestAborted))
            {
                http.User = new ClaimsPrincipal(new ClaimsIdentity());
            }

            await next(http);
        });
        app.UseSetupGate();
        app.UseAuthorization();
        app.Use(async (http, next) =>
        {
            await http.RequestServices.GetRequiredService<AdminKeyUse>().NoteAsync(http.RequestServices.GetRequiredService<CurrentUser>(), http);
            await next(http);
        });
    }

    private static string Choose(HttpContext http) =>
        KeyHandler.TextOf(http.Request) is not null ? KeyScheme
        : http.RequestServices.GetRequiredService<AccountsMode>().Required ? IdentityConstants.ApplicationScheme : LocalScheme;

    private static void Harden(CookieBuilder cookie, string name)
    {
        (cookie.Name, cookie.HttpOnly, cookie.IsEssential) = (name, true, true);
        // Lax, not Strict: whoever follows a link to a picture is signed in. What changes something is held by Origin and antiforgery.
        (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
    }

    private static Task SignInAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (Denied.IsProgram(context.Request))
        {
            return Denied.AnswerAsync(context.HttpContext, StatusCodes.Status401Unauthorized);
        }

        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    private static Task DenyAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (Denied.IsProgram(context.Request))
        {
            return Denied.AnswerAsync(context.HttpContext, StatusCodes.Status403Forbidden);
        }

        // Without a body: the page of status codes follows.
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
