using System.Net.WebSockets;
using DiffusionHub.Web.Shared.Net.Limits;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Net;

public sealed class PaceTests
{
    [Fact]
    public void Allowance_is_there_at_once_and_fills_up_evenly()
    {
        var time = new StoppedTime();
        var pace = new Pace(time, aSecond: 10, burst: 3);
        Enumerable.Range(0, 5).Select(_ => pace.TryTake()).ShouldBe([true, true, true, false, false]);
        time.Advance(TimeSpan.FromSeconds(0.1));
        (pace.TryTake(), pace.TryTake()).ShouldBe((true, false));
        time.Advance(TimeSpan.FromHours(1));
        Enumerable.Range(0, 5).Select(_ => pace.TryTake()).ShouldBe([true, true, true, false, false], "it holds no more than the burst");
        pace.Take(2).TotalSeconds.ShouldBe(0.2, 0.001);
    }

    [Fact]
    public async Task Page_whose_events_come_faster_than_any_hand_loses_its_circuit()
    {
        var done = 0;
        var handle = new EventPace(new StoppedTime()).CreateInboundActivityHandler(_ => Task.FromResult(done++));
        for (var i = 0; i < RateNumbers.EventsAtOnce; i++)
        {
            await handle(null!);
        }

        (await Should.ThrowAsync<InvalidOperationException>(() => handle(null!))).Message.ShouldContain("its circuit ends");
        done.ShouldBe(RateNumbers.EventsAtOnce);
    }

    [Fact]
    public async Task Socket_is_read_on_only_when_its_time_has_come()
    {
        var time = new StoppedTime();
        using var socket = new PacedSocket(new Endless(), time);
        for (var i = 0; i < RateNumbers.FramesAtOnce; i++)
        {
            socket.ReceiveAsync(new byte[4].AsMemory(), CancellationToken.None).AsTask().IsCompleted.ShouldBeTrue();
        }

        var next = socket.ReceiveAsync(new byte[4].AsMemory(), CancellationToken.None).AsTask();
        next.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1.0 / RateNumbers.FramesASecond));
        (await next.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Count.ShouldBe(4);

        using var heavy = new PacedSocket(new Endless(), time);
        (await heavy.ReceiveAsync(new byte[RateNumbers.BytesAtOnce].AsMemory(), CancellationToken.None)).EndOfMessage.ShouldBeTrue();
        heavy.ReceiveAsync(new byte[1024].AsMemory(), CancellationToken.None).AsTask().IsCompleted.ShouldBeFalse();
    }

    /// <summary>A client that always has something to say.</summary>
    private sealed class Endless : WebSocket
    {
        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Dispose()
        {
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            new(new ValueWebSocketReceiveResult(buffer.Length, WebSocketMessageType.Binary, endOfMessage: true));
    }
}
