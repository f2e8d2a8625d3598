using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace DiffusionHub.Web.Tests.Accounts;

/// <summary>Takes e-mails on this machine, without TLS.</summary>
internal sealed class FakeMailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<string> _letters = Channel.CreateUnbounded<string>();

    public FakeMailServer()
    {
        _listener.Start();
        _ = ListenAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lines that were said to it, of all e-mails.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The next e-mail as it came: envelope lines, head, and the text decoded.</summary>
    public async Task<string> NextAsync(CancellationToken cancellationToken) => await _letters.Reader.ReadAsync(cancellationToken);

    /// <summary>Whether one came that nobody has read.</summary>
    public bool HasMore => _letters.Reader.TryPeek(out _);

    public void Dispose() => _listener.Dispose();

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // It was stopped, or who spoke hung up.
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await SayAsync("220 here");
        var letter = new StringBuilder();
        for (var inside = false; await reader.ReadLineAsync() is { } line;)
        {
            if (inside && line != ".")
            {
                letter.AppendLine(line);
                continue;
            }

            Heard.Add(line);
            if (inside)
            {
                var (head, body) = letter.ToString().ReplaceLineEndings("\n").Split("\n\n", 2) is [var h, var b] ? (h, b) : ("", "");
                _letters.Writer.TryWrite(head + "\n\n" + Encoding.UTF8.GetString(Convert.FromBase64String(body)));
                letter.Clear();
            }
            else if (line.StartsWith("RCPT", StringComparison.Ordinal))
            {
                letter.AppendLine("Envelope: " + line);
            }

            (inside, var answer) = (!inside && line == "DATA", line.Split(' ')[0] switch { "EHLO" => "250-here\r\n250 8BITMIME", "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
            await SayAsync(answer);
        }

        async Task SayAsync(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));
    }
}
