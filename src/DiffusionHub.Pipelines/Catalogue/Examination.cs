using DiffusionHub.Inference.Checkpoints;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Catalogue;

/// <summary>What an examination found: the card, and a picture.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Card">The card.</param>
/// <param name="Thumbnail">A small picture (WebP), or null.</param>
/// <param name="Notes">What could not be told.</param>
internal sealed record Examined(string Name, ModelCard Card, byte[]? Thumbnail, IReadOnlyList<string> Notes)
{
    public const string ThumbnailFile = "thumbnail.webp";

    /// <summary>Writes both into the entry's folder; the card last, and all at once, for it makes the folder an entry.</summary>
    public void WriteTo(string entry, string? source)
    {
        Card.Source = source;
        Card.Files = EntryFiles.Weights(source is null ? entry : Path.GetFullPath(source, entry))
            .ToDictionary(file => file.Name, file => FileStamp.Of(file.Path), StringComparer.Ordinal);
        if (Thumbnail is not null)
        {
            File.WriteAllBytes(Path.Combine(entry, ThumbnailFile), Thumbnail);
        }

        var card = Path.Combine(entry, ModelCard.FileName);
        File.WriteAllBytes(card + ".new", Card.ToJson());
        File.Move(card + ".new", card, overwrite: true);
    }
}

/// <summary>Hashes, checks and tries what lies at a path.</summary>
internal sealed class Examination(FileHashes hashes, Action<Action> onDevice, Action<ImportProgress> progress, CancellationToken cancel)
{
    /// <summary>Hashes of its files, by name.</summary>
    public Dictionary<string, string> Hash(Contents contents)
    {
        var read = new Counter(progress, ImportStage.Hashing, EntryFiles.Bytes(EntryFiles.Weights(contents.Path)));
        return EntryCheck.Hash(contents.Path, hashes, read.Add, cancel);
    }

    /// <summary>Examines it.</summary>
    /// <exception cref="ModelFolderException">It cannot be used.</exception>
    public Examined Examine(Contents contents, string name, ImportOptions options, Dictionary<string, string>? known = null)
    {
        if (options.PredictionType is not null && (contents.Kind != ModelKinds.Model || !File.Exists(contents.Path)))
        {
            throw Contents.Fault(CatalogueTexts.PredictionOfFolder, contents.Path);
        }

        var card = (File.Exists(contents.Path) ? new ModelCard() : ModelCard.Read(new ModelFolder(contents.Path))) with
        {
            Id = name, Kind = contents.Kind, Source = null, Files = new Dictionary<string, FileStamp>(), Hashes = known ?? Hash(contents), Imported = DateTimeOffset.UtcNow, Adopted = null,
        };
        card.PredictionType = options.PredictionType ?? card.PredictionType;
        card.Bytes = EntryFiles.Bytes(EntryFiles.Weights(contents.Path));
        var stated = StatedFacts.Read(contents);
        card.Licence = options.Licence ?? card.Licence ?? stated.Licence;
        card.Title ??= stated.Title;
        card.Author ??= stated.Author;
        card.TriggerWords = card.TriggerWords.Count > 0 ? card.TriggerWords : stated.TriggerWords;

        var notes = new List<string>();
        var source = ModelSource.Under(name, contents.Path, card, hashes);
        ModelDescription? model = null;
        if (contents.Kind == ModelKinds.Model)
        {
            model = KnownFamilies.Describe(source);
            Tell(card, contents.Path, options, notes);
        }
        else
        {
            card.Fits = AssetFacts.Fits(contents);
        }

        var read = new Counter(progress, ImportStage.Checking, card.Bytes.Value);
        EntryCheck.Finite(contents.Path, read.Add, cancel);
        progress(new ImportProgress(ImportStage.Testing, 0, 0));
        TestResult? test = null;
        onDevice(() => test = TestRun.Make(contents, source, thumbnail: true, cancel));
        if (model is not null)
        {
            card.Family = model.Family;
            card.Base = model.Base;
            card.Capabilities = model.Tasks;
            card.Defaults = new ModelCardDefaults { Steps = model.DefaultSteps, Guidance = model.DefaultGuidance, Sampler = model.Samplers[0] };
            card.Limits = new ModelCardLimits { Steps = model.MaxSteps, MinSide = model.MinSide, MaxSide = model.MaxSide };
            // What it took counts, not what one would expect of its files.
            card.MemoryBytes = test!.MemoryBytes > 0 ? test.MemoryBytes : model.MemoryBytes;
            if (card.Preview is null || card.PreviewFitted == true)
            {
                (card.Preview, card.PreviewFitted) = (test.Preview, test.Preview is null ? null : true);
            }

            card.TestMilliseconds = Math.Round(test.Milliseconds, 1);
        }

        return new Examined(name, card, test?.Thumbnail, notes);
    }

    private static void Tell(ModelCard card, string path, ImportOptions options, List<string> notes)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var evidence = ModelFolder.Refusing(() =>
        {
            using var file = Checkpoint.Open(path);
            return file.Prediction;
        });
        card.PredictionType ??= evidence.Prediction == CheckpointPrediction.Velocity ? ModelCard.Velocity : ModelCard.Epsilon;
        card.PredictionKnown = options.PredictionType is not null ? CatalogueTexts.PredictionTold : evidence.Reason;
        if (evidence.Known is null && options.PredictionType is null)
        {
            var other = card.PredictionType == ModelCard.Velocity ? ModelCard.Epsilon : ModelCard.Velocity;
            notes.Add(ModelFolderException.Format(CatalogueTexts.PredictionGuessed, card.PredictionType, evidence.Reason, other));
        }
    }
}
