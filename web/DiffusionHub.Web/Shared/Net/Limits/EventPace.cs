using Microsoft.AspNetCore.Components.Server.Circuits;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>Ends the circuit of a page whose events come faster than any hand makes them: the page says that it broke, and can be loaded anew.</summary>
internal sealed class EventPace(TimeProvider time) : CircuitHandler
{
    private readonly Pace _pace = new(time, RateNumbers.EventsASecond, RateNumbers.EventsAtOnce);

    /// <inheritdoc />
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        context => _pace.TryTake() ? next(context) : Task.FromException(new InvalidOperationException($"A page sent more than {RateNumbers.EventsASecond} events a second; its circuit ends."));
}
