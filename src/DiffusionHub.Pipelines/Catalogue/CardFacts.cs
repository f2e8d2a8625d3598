using System.Globalization;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What a card says beside what the files tell, for people.</summary>
internal static class CardFacts
{
    public static IEnumerable<KeyValuePair<string, string>> Of(ModelCard card)
    {
        (string Label, string? Value)[] facts =
        [
            (CatalogueTexts.FactTitle, card.Title), (CatalogueTexts.FactAuthor, card.Author),
            (CatalogueTexts.FactTriggers, card.TriggerWords.Count > 0 ? string.Join(", ", card.TriggerWords) : null),
            (CatalogueTexts.FactPrediction, card.PredictionType is null ? null : card.PredictionKnown is null ? card.PredictionType : $"{card.PredictionType} ({card.PredictionKnown})"),
            (CatalogueTexts.FactImported, card.Imported?.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            (CatalogueTexts.FactTest, card.TestMilliseconds is { } time ? ModelFolderException.Format(CatalogueTexts.Milliseconds, time) : null),
        ];
        return facts.Where(fact => fact.Value is not null).Select(fact => KeyValuePair.Create(fact.Label, fact.Value!));
    }
}
