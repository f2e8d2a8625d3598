using Microsoft.AspNetCore.SignalR;

namespace DiffusionHub.Web.Shared.People;

/// <summary>Fills <see cref="CurrentUser"/> for each call on the live line, and ends lines of people who may not be here any more.</summary>
internal sealed class PersonHubFilter(OpenLines lines) : IHubFilter
{
    private const string Line = "hub.line";

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var me = await FillAsync(context.ServiceProvider, context.Context);
        var line = new OpenLine(context.Context.User!, me.Person.Role, context.Context.Abort, () => { });
        context.Context.Items[Line] = line;
        lines.Add(line);
        await next(context);
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        await FillAsync(invocationContext.ServiceProvider, invocationContext.Context);
        return await next(invocationContext);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        if (context.Context.Items[Line] is OpenLine line)
        {
            lines.Remove(line);
        }

        return next(context, exception);
    }

    private static async Task<CurrentUser> FillAsync(IServiceProvider services, HubCallerContext caller)
    {
        var me = services.GetRequiredService<CurrentUser>();
        if (!await me.UseAsync(caller.User!, caller.GetHttpContext()?.Connection.RemoteIpAddress?.ToString(), caller.ConnectionAborted))
        {
            caller.Abort();
            throw new HubException(PeopleWebTexts.SignInFirst);
        }

        return me;
    }
}
