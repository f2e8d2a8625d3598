using System.Globalization;
using DiffusionHub.Pipelines.Parts;

namespace DiffusionHub.Pipelines.Stages;

/// <summary>No text: a model that is told nothing, or a class.</summary>
internal sealed class ClassConditioner(UnetTraits unet) : IConditioner
{
    private const string Field = "classLabel";
    private const int NamesShown = 10;

    public void Load()
    {
    }

    public Conditioning Encode(PictureRequest request)
    {
        if (request.ClassLabel is { } label && (unet.Classes == 0 || label < 0 || label >= unet.Classes))
        {
            throw new UnfitRequestException(Field, unet.Classes == 0 ? PipelineTexts.NoClasses : Text(PipelineTexts.ClassRange, label, unet.Classes - 1) + Names());
        }

        if (unet.Classes > 0 && request.ClassLabel is null)
        {
            throw new UnfitRequestException(Field, Text(PipelineTexts.NeedsClass, unet.Classes - 1) + Names());
        }

        return new Conditioning(new PromptCondition([]), Negative: null, Tokens: 0, Width: 0) { ClassLabel = request.ClassLabel };
    }

    public void Dispose()
    {
    }

    // Of a thousand classes the first few: they show what kind of names there are.
    private string Names()
    {
        if (unet.ClassNames.Count == 0)
        {
            return "";
        }

        var shown = unet.ClassNames.Take(NamesShown).Select((name, number) => $"{number} {name}");
        return " " + Text(PipelineTexts.ClassesAre, string.Join("; ", shown) + (unet.ClassNames.Count > NamesShown ? "; …" : ""));
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
