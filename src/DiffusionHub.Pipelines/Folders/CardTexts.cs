namespace DiffusionHub.Pipelines.Folders;

/// <summary>Makes the texts of a card plain. Its <c>source</c> stays: a path says exactly what it says.</summary>
internal static class CardTexts
{
    public static ModelCard Plain(ModelCard card) => card with
    {
        Id = PlainText.Of(card.Id),
        Kind = PlainText.Of(card.Kind),
        Family = PlainText.Of(card.Family),
        Base = PlainText.Of(card.Base),
        Fits = Plain(card.Fits),
        Title = PlainText.Of(card.Title),
        Author = PlainText.Of(card.Author),
        TriggerWords = Plain(card.TriggerWords),
        PredictionType = PlainText.Of(card.PredictionType),
        PredictionKnown = PlainText.Of(card.PredictionKnown),
        Licence = PlainText.Of(card.Licence),
        Capabilities = card.Capabilities is { } tasks ? Plain(tasks) : null,
        Hashes = card.Hashes.ToDictionary(hash => hash.Key, hash => PlainText.Of(hash.Value), StringComparer.Ordinal),
        Defaults = card.Defaults with { Sampler = PlainText.Of(card.Defaults.Sampler) },
    };

    private static string[] Plain(IReadOnlyList<string> texts) => [.. texts.Select(PlainText.Of).OfType<string>()];
}
