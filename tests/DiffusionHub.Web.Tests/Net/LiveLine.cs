using System.Net.WebSockets;
using System.Text;

namespace DiffusionHub.Web.Tests.Net;

/// <summary>A bare SignalR client in JSON, which does what it is told, however unwise.</summary>
internal sealed class LiveLine : IDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket _socket = new();

    public static async Task<LiveLine> OpenAsync(Uri node, string path, CancellationToken cancellationToken, string protocol = "json")
    {
        var line = new LiveLine();
        await line._socket.ConnectAsync(new UriBuilder(new Uri(node, path)) { Scheme = "ws" }.Uri, cancellationToken);
        await line.SendAsync($$"""{"protocol":"{{protocol}}","version":1}""" + End, cancellationToken);
        return line;
    }

    /// <summary>As many calls in one message as are asked for.</summary>
    public Task CallAsync(string method, string argument, int times, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        for (var i = 0; i < times; i++)
        {
            text.Append($$"""{"type":1,"invocationId":"{{i}}","target":"{{method}}","arguments":[{{argument}}]}""").Append(End);
        }

        return SendAsync(text.ToString(), cancellationToken);
    }

    public Task SendAsync(string text, CancellationToken cancellationToken) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>A ping as pages send it: length, then the array [6] in MessagePack.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => _socket.SendAsync(new byte[] { 2, 0x91, 6 }, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);

    /// <summary>What the node says until there are so many answers to calls, or it closes.</summary>
    public async Task<List<string>> AnswersAsync(int count, CancellationToken cancellationToken)
    {
        var (answers, rest, buffer) = (new List<string>(), "", new byte[64 * 1024]);
        while (answers.Count < count)
        {
            var part = await _socket.ReceiveAsync(buffer, cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                break;
            }

            var texts = (rest + Encoding.UTF8.GetString(buffer, 0, part.Count)).Split(End);
            answers.AddRange(texts[..^1].Where(t => t.Contains("\"type\":3", StringComparison.Ordinal)));
            rest = texts[^1];
        }

        return answers;
    }

    public void Dispose() => _socket.Dispose();
}
