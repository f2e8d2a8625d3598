using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Pipelines.Folders;

/// <summary>Refuses what a card says that cannot be. Cards are edited by hand, and come with what people download.</summary>
internal static class CardCheck
{
    /// <exception cref="ModelFolderException">The message names the file and the member, what was expected and what was found.</exception>
    public static void Require(ModelCard card, string file)
    {
        CardNumbers.Require(card, file);
        if (card.Source is { } source && (source.Length == 0 || source.Contains('\0')))
        {
            throw ModelFolderException.BadMember(file, "source", FolderTexts.APath, Quoted(source));
        }

        (string Member, IEnumerable<object?>? Values)[] lists =
        [
            ("fits", card.Fits), ("triggerWords", card.TriggerWords), ("capabilities", card.Capabilities), ("hashes", card.Hashes.Values), ("preview", card.Preview),
        ];
        foreach (var (member, _) in lists.Where(list => list.Values?.Contains(null) == true))
        {
            throw ModelFolderException.BadMember(file, member, FolderTexts.WithoutNull, "null");
        }

        if (card.Preview?.Any(row => row.Any(number => !float.IsFinite(number))) == true)
        {
            throw ModelFolderException.BadMember(file, "preview", FolderTexts.FiniteNumbers, double.PositiveInfinity);
        }

        if (card.Defaults.Sampler is { } sampler && KnownSamplers.All.All(known => known.Name != sampler))
        {
            throw ModelFolderException.BadMember(file, "defaults.sampler", ModelFolderException.Format(FolderTexts.OneOf, string.Join(", ", KnownSamplers.All.Select(known => known.Name))), Quoted(sampler));
        }
    }

    private static string Quoted(string text) => $"“{PlainText.Of(text)}”";
}
