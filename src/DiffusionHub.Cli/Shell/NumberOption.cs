using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace DiffusionHub.Cli.Shell;

/// <summary>Options that take numbers, with a message of our own when the text is none.</summary>
internal static class NumberOption
{
    public static Option<T?> Create<T>(string name, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = typeof(T) == typeof(double) ? "x" : "n",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value))
                {
                    return value;
                }

                var wanted = typeof(T) == typeof(double) ? ShellTexts.NotANumber : ShellTexts.NotAWholeNumber;
                result.AddError(string.Format(CultureInfo.InvariantCulture, wanted, name, text));
                return null;
            },
        };
}
