using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace DiffusionHub.Security;

/// <summary>A client of the live line that speaks SignalR's JSON protocol by hand, so that it can also say what no client would.</summary>
internal sealed class LineClient : IDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _heard = new();
    private int _calls;

    /// <summary>Opens a line with a session's cookie or a key.</summary>
    public static async Task<LineClient> OpenAsync(Uri address, string? cookie, string? key, CancellationToken cancellationToken)
    {
        var client = new LineClient();
        if (cookie is not null)
        {
            client._socket.Options.SetRequestHeader("Cookie", cookie);
        }

        var path = key is null ? "/hubs/jobs" : $"/hubs/jobs?access_token={key}";
        await client._socket.ConnectAsync(new UriBuilder(new Uri(address, path)) { Scheme = "ws" }.Uri, cancellationToken);
        await client.SendAsync("{\"protocol\":\"json\",\"version\":1}", cancellationToken);
        await client.ReadAsync(cancellationToken);
        return client;
    }

    /// <summary>Calls a method and returns its completion.</summary>
    public async Task<JsonElement> CallAsync(string method, object?[] arguments, CancellationToken cancellationToken)
    {
        var id = (++_calls).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }), cancellationToken);
        while (true)
        {
            var message = await ReadAsync(cancellationToken);
            if (message.TryGetProperty("invocationId", out var of) && of.GetString() == id)
            {
                return message;
            }
        }
    }

    /// <summary>Begins a stream; its items come with <see cref="ReadAsync"/>.</summary>
    public Task StreamAsync(string method, CancellationToken cancellationToken) =>
        SendAsync(JsonSerializer.Serialize(new { type = 4, invocationId = "stream", target = method, arguments = Array.Empty<object>() }), cancellationToken);

    /// <summary>The next message that is no ping.</summary>
    /// <exception cref="WebSocketException">The line was closed.</exception>
    public async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var text = _heard.ToString();
            if (text.IndexOf(End, StringComparison.Ordinal) is >= 0 and var end)
            {
                _heard.Remove(0, end + 1);
                var message = JsonSerializer.Deserialize<JsonElement>(text[..end]);
                if (!message.TryGetProperty("type", out var type) || type.GetInt32() != 6)
                {
                    return message;
                }

                continue;
            }

            var got = await _socket.ReceiveAsync(buffer, cancellationToken);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            }

            _heard.Append(Encoding.UTF8.GetString(buffer, 0, got.Count));
        }
    }

    public void Dispose() => _socket.Dispose();

    private Task SendAsync(string message, CancellationToken cancellationToken) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
}
