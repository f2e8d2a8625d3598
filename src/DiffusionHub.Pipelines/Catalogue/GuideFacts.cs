using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Guides;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What a guide is, for people.</summary>
internal static class GuideFacts
{
    private const int MostNames = 8;

    public static IEnumerable<KeyValuePair<string, string>> Of(GuideFolder guide)
    {
        yield return KeyValuePair.Create(CatalogueTexts.FactGuide, guide.Kind switch
        {
            GuideKind.NoisyClassifier => ModelFolderException.Format(CatalogueTexts.GuideNoisy, guide.Noisy!.InChannels),
            GuideKind.Classifier => CatalogueTexts.GuideClassifier,
            GuideKind.Clip => CatalogueTexts.GuideClip,
            _ => CatalogueTexts.GuideAesthetic,
        });
        if (guide.Classes > 0)
        {
            var names = string.Join("; ", guide.ClassNames.Take(MostNames).Select(name => PlainText.Of(name)));
            yield return KeyValuePair.Create(CatalogueTexts.FactClasses, names.Length == 0 ? $"{guide.Classes}" : $"{guide.Classes}: {names}{(guide.Classes > MostNames ? "; …" : "")}");
        }
    }
}
