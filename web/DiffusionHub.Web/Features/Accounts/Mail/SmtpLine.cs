using System.Globalization;
using System.Text;

namespace DiffusionHub.Web.Features.Accounts.Mail;

/// <summary>Commands and replies of SMTP on an open connection (RFC 5321, 4.1 and 4.2).</summary>
internal sealed class SmtpLine(Stream stream)
{
    private const int MostLines = 100;
    private readonly byte[] _buffer = new byte[4096];
    private int _from;
    private int _to;

    /// <summary>True when the server has said nothing that was not read yet.</summary>
    public bool IsDrained => _from == _to;

    /// <summary>Sends a command and reads the reply.</summary>
    /// <exception cref="MailException">The reply is another one.</exception>
    public async Task<IReadOnlyList<string>> AskAsync(string command, int wanted, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return await HearAsync(wanted, cancellationToken);
    }

    /// <summary>Reads a reply, which may have several lines; their texts.</summary>
    /// <exception cref="MailException">It is another one.</exception>
    public async Task<IReadOnlyList<string>> HearAsync(int wanted, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        while (texts.Count < MostLines)
        {
            var line = await ReadAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code != wanted)
            {
                throw new MailException($"The mail server answered “{line}” where {wanted} was expected.");
            }

            texts.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return texts;
            }
        }

        throw new MailException("The mail server's answer does not end.");
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < _buffer.Length)
        {
            if (_from == _to)
            {
                (_from, _to) = (0, await stream.ReadAsync(_buffer, cancellationToken));
                if (_to == 0)
                {
                    throw new MailException("The mail server hung up.");
                }
            }

            var letter = (char)_buffer[_from++];
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(letter is < ' ' or > '~' and not '\r' ? '?' : letter);
        }

        throw new MailException("The mail server sent a line without end.");
    }
}
