using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace DiffusionHub.Web.Shared.People;

/// <summary>What the pages of one circuit know of who is there.</summary>
internal sealed class PersonState : ServerAuthenticationStateProvider
{
    /// <summary>Nobody is there any more: pages lead to the sign-in.</summary>
    public void End() => SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));

    /// <summary>Pages look again what they may show.</summary>
    public void Refresh() => NotifyAuthenticationStateChanged(GetAuthenticationStateAsync());
}

/// <summary>Fills <see cref="CurrentUser"/> of a circuit, and lets nothing through that comes from somebody who may not be here any more.</summary>
internal sealed class PersonCircuit(CurrentUser me, AuthenticationStateProvider provider, OpenLines lines, IHttpContextAccessor requests) : CircuitHandler
{
    private OpenLine? _line;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var state = (PersonState)provider;
        var principal = (await state.GetAuthenticationStateAsync()).User;
        await me.UseAsync(principal, requests.HttpContext?.Connection.RemoteIpAddress?.ToString(), cancellationToken);
        _line = new OpenLine(principal, me.Person.Role, state.End, state.Refresh);
        lines.Add(_line);
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
    {
        if (_line is { Over: true })
        {
            return;
        }

        // A session that was ended is known within a second; a role that was taken, at once.
        var before = me.Person.Role;
        if (await me.RefreshAsync(CancellationToken.None) && me.Person.Role == before)
        {
            await next(context);
            return;
        }

        // What was pressed may not be theirs to press any more: the page is drawn anew instead.
        var state = (PersonState)provider;
        (me.Person.Role.Length == 0 ? state.End : (Action)state.Refresh)();
    };

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (_line is not null)
        {
            lines.Remove(_line);
        }

        return Task.CompletedTask;
    }
}
