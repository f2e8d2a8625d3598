using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Features;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>
/// A socket that is read no faster than its client may send: who sends more fills the buffers of TCP and waits, and the node's processors
/// are there for the others. Nothing is lost, and nobody who keeps to the limit notices.
/// </summary>
internal sealed class PacedSocket(WebSocket inner, TimeProvider time) : WebSocket
{
    private readonly Pace _frames = new(time, RateNumbers.FramesASecond, RateNumbers.FramesAtOnce);
    private readonly Pace _bytes = new(time, RateNumbers.BytesASecond, RateNumbers.BytesAtOnce);

    public override WebSocketCloseStatus? CloseStatus => inner.CloseStatus;

    public override string? CloseStatusDescription => inner.CloseStatusDescription;

    public override WebSocketState State => inner.State;

    public override string? SubProtocol => inner.SubProtocol;

    public override void Abort() => inner.Abort();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => inner.CloseAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => inner.CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override void Dispose() => inner.Dispose();

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => inner.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => inner.SendAsync(buffer, messageType, endOfMessage, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, WebSocketMessageFlags messageFlags, CancellationToken cancellationToken) => inner.SendAsync(buffer, messageType, messageFlags, cancellationToken);

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(buffer, cancellationToken);
        await KeepPaceAsync(result.Count, result.EndOfMessage, cancellationToken);
        return result;
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(buffer, cancellationToken);
        await KeepPaceAsync(result.Count, result.EndOfMessage, cancellationToken);
        return result;
    }

    private async ValueTask KeepPaceAsync(int count, bool ends, CancellationToken cancellationToken)
    {
        var (one, other) = (_bytes.Take(count), ends ? _frames.Take(1) : TimeSpan.Zero);
        var wait = one > other ? one : other;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }
}

/// <summary>Hands out paced sockets.</summary>
internal static class PacedSockets
{
    /// <summary>After UseWebSockets, before whatever accepts sockets.</summary>
    public static void UsePacedSockets(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } feature)
        {
            http.Features.Set<IHttpWebSocketFeature>(new Feature(feature, http.RequestServices.GetRequiredService<TimeProvider>()));
        }

        return next(http);
    });

    private sealed class Feature(IHttpWebSocketFeature inner, TimeProvider time) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => inner.IsWebSocketRequest;

        public async Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => new PacedSocket(await inner.AcceptAsync(context), time);
    }
}
