using System.Globalization;
using DiffusionHub.Web.Hubs;
using Microsoft.AspNetCore.SignalR;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>Holds each live line to its calls a second, and its submits to what a caller has over HTTP. What comes after is refused before anything is done for it.</summary>
internal sealed class CallFilter(RateLimits limits, TimeProvider time) : IHubFilter
{
    private const string Key = "hub.calls";

    /// <inheritdoc />
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        context.Context.Items[Key] = new Calls(new Pace(time, RateNumbers.CallsASecond, RateNumbers.CallsAtOnce));
        await next(context);
    }

    /// <inheritdoc />
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var calls = (Calls)invocationContext.Context.Items[Key]!;
        if (calls.Pace.TryTake() && (invocationContext.HubMethodName != nameof(JobsHub.Submit) || invocationContext.Context.GetHttpContext() is not { } http || limits.TakeSubmit(http)))
        {
            return next(invocationContext);
        }

        if (++calls.Refused >= RateNumbers.CallsRefused)
        {
            invocationContext.Context.Abort();
        }

        throw new HubException(string.Format(CultureInfo.InvariantCulture, WebTexts.TooManyCalls, RateNumbers.CallsASecond, RateNumbers.Submit.AMinute));
    }

    private sealed class Calls(Pace pace)
    {
        public Pace Pace { get; } = pace;

        public int Refused { get; set; }
    }
}
