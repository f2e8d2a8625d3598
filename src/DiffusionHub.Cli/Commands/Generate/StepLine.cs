using System.Globalization;

namespace DiffusionHub.Cli.Commands.Generate;

/// <summary>One line on a terminal that counts the steps and goes away at the end; nothing where the output is not a terminal.</summary>
internal sealed class StepLine : IDisposable
{
    private readonly int steps;
    private readonly bool terminal = !Console.IsErrorRedirected;
    private int width;

    public StepLine(int steps)
    {
        this.steps = steps;
        Show(0);
    }

    public void Show(int step)
    {
        if (terminal)
        {
            var text = Format(GenerateTexts.Step, step, steps);
            width = text.Length;
            Console.Error.Write('\r' + text);
        }
    }

    public void Dispose()
    {
        if (terminal && width > 0)
        {
            Console.Error.Write('\r' + new string(' ', width) + '\r');
            width = 0;
        }
    }

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
