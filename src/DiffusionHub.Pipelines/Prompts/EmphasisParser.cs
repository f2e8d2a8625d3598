using System.Globalization;
using System.Text;

namespace DiffusionHub.Pipelines.Prompts;

/// <summary>
/// The emphasis that the AUTOMATIC1111 web UI made common: (a) counts 1.1 times, [a] 1/1.1 times, (a:1.3) 1.3 times, and they nest;
/// \( is a bracket; BREAK begins a new chunk. A bracket without its other half ends where the prompt ends.
/// </summary>
internal sealed class EmphasisParser
{
    private const double Round = 1.1;
    private const double Square = 1 / Round;
    private const string Break = "BREAK";

    private readonly List<WeightedText> pieces = [];
    private readonly Stack<int> round = new();
    private readonly Stack<int> square = new();
    private readonly StringBuilder text = new();
    private bool breaks;

    private EmphasisParser()
    {
    }

    /// <summary>The pieces of <paramref name="prompt"/>, in order.</summary>
    public static IReadOnlyList<WeightedText> Parse(string prompt)
    {
        var parser = new EmphasisParser();
        parser.Read(prompt);
        return parser.pieces;
    }

    private void Read(string prompt)
    {
        for (var i = 0; i < prompt.Length; i++)
        {
            switch (prompt[i])
            {
                case '\\' when i + 1 < prompt.Length && prompt[i + 1] is '(' or ')' or '[' or ']' or '\\':
                    text.Append(prompt[++i]);
                    break;
                case '(' or '[':
                    End();
                    (prompt[i] == '(' ? round : square).Push(pieces.Count);
                    break;
                case ')' when round.Count > 0:
                    Close(round, Round);
                    break;
                case ']' when square.Count > 0:
                    Close(square, Square);
                    break;
                case ':' when round.Count > 0 && Factor(prompt, i) is { } factor:
                    Close(round, factor.Value);
                    i = factor.End;
                    break;
                case 'B' when IsBreak(prompt, i):
                    End();
                    breaks = true;
                    i += Break.Length - 1;
                    break;
                default:
                    text.Append(prompt[i]);
                    break;
            }
        }

        End();
        while (round.Count > 0)
        {
            Close(round, Round);
        }

        while (square.Count > 0)
        {
            Close(square, Square);
        }
    }

    private void Close(Stack<int> open, double factor)
    {
        End();
        Scale(open.Pop(), factor);
    }

    private void Scale(int from, double factor)
    {
        for (var i = from; i < pieces.Count; i++)
        {
            pieces[i] = pieces[i] with { Weight = pieces[i].Weight * factor };
        }
    }

    private void End()
    {
        if (text.Length > 0)
        {
            pieces.Add(new WeightedText(text.ToString(), 1, breaks));
            text.Clear();
            breaks = false;
        }
    }

    // ":1.3)", blanks allowed; End is where its bracket is.
    private static (double Value, int End)? Factor(string prompt, int colon)
    {
        var end = prompt.IndexOf(')', colon);
        return end > 0 && double.TryParse(prompt.AsSpan(colon + 1, end - colon - 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite((float)value)
            ? (value, end)
            : null;
    }

    private static bool IsBreak(string prompt, int at) =>
        string.CompareOrdinal(prompt, at, Break, 0, Break.Length) == 0
        && (at == 0 || !char.IsLetterOrDigit(prompt[at - 1]))
        && (at + Break.Length == prompt.Length || !char.IsLetterOrDigit(prompt[at + Break.Length]));
}
