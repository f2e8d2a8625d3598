using System.Diagnostics;
using DiffusionHub.Data.Settings;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Inference;
using DiffusionHub.Pipelines;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Safety;
using DiffusionHub.Worker.Jobs;
using DiffusionHub.Worker.Models;

namespace DiffusionHub.Worker.Safety;

/// <summary>
/// Looks at every finished picture before it is published, where the hub is told so. No picture goes unchecked: without a classifier that works the worker
/// takes no jobs, and where looking fails the job does.
/// </summary>
/// <param name="settings">What is unwanted, and what becomes of it.</param>
/// <param name="state">Told what is wrong.</param>
internal sealed class SafetyCheck(HubSettings settings, WorkerState state) : IDisposable
{
    /// <summary>The topic of its problems in <see cref="WorkerState"/>.</summary>
    public const string Topic = "safety";

    // Reading hundreds of megabytes that do not work each second would help nobody.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private PictureClassifier? _classifier;
    private IReadOnlyList<int> _unwanted = [];
    private string? _problem;
    private long _tried;

    /// <summary>Whether anybody looks.</summary>
    public bool IsOn => settings.SafetyAction != "off";

    /// <summary>What a standing depends on beside the picture: one that was found otherwise is not a copy's.</summary>
    public string Identity => IsOn ? $"\n{settings.SafetyAction}\n{string.Join(',', settings.SafetyLabels)}\n{settings.SafetyThreshold:R}\n{FilesOfModel()}" : "";

    private string ModelPath => Path.Combine(settings.ModelsFolder, settings.SafetyModel);

    /// <summary>Whether pictures can be looked at; loads the classifier where it is not there yet. What is wrong is told.</summary>
    public async Task<bool> IsReadyAsync()
    {
        if (!IsOn || Volatile.Read(ref _classifier) is not null)
        {
            return true;
        }

        if (_tried != 0 && Stopwatch.GetElapsedTime(_tried) < RetryPause)
        {
            return false;
        }

        var problem = await Task.Run(Load);
        _tried = Stopwatch.GetTimestamp();
        if (problem != _problem)
        {
            state.Set(Topic, null);
            state.Set(Topic, _problem = problem);
        }

        return problem is null;
    }

    /// <summary>How a picture stands.</summary>
    /// <exception cref="PoisonJobException">It is refused.</exception>
    /// <exception cref="InferenceException">Nobody knows: it must not be published.</exception>
    public SafetyVerdict Judge(PictureBatch picture)
    {
        if (!IsOn)
        {
            return new SafetyVerdict(PictureStanding.Fine, null, TimeSpan.Zero);
        }

        var began = Stopwatch.GetTimestamp();
        var (probability, label) = Look(picture);
        var cost = Stopwatch.GetElapsedTime(began);
        if (probability < settings.SafetyThreshold)
        {
            return new SafetyVerdict(PictureStanding.Fine, null, cost);
        }

        var reason = Statements.Text(WorkerTexts.SafetyReason, label, Percent(probability));
        return settings.SafetyAction switch
        {
            "blur" => new SafetyVerdict(PictureStanding.Blurred, reason, cost),
            "hold" => new SafetyVerdict(PictureStanding.Held, reason, cost),
            _ => throw new PoisonJobException(Statements.Text(WorkerTexts.SafetyRefused, label, Percent(probability), Percent(settings.SafetyThreshold))),
        };
    }

    public void Dispose() => _classifier?.Dispose();

    private static string Percent(double share) => $"{Math.Floor(share * 100):0}";

    // Of one-of-many classes the probabilities of all that are unwanted add up: half “porn”, half “hentai” is not fine. The label is the likeliest of them.
    private (double Probability, string Label) Look(PictureBatch picture)
    {
        lock (_lock)
        {
            var classifier = _classifier ?? throw new InferenceException(Statements.Text(WorkerTexts.SafetyBroken, settings.SafetyModel));
            try
            {
                var all = classifier.Classify(picture, 0);
                var likeliest = _unwanted.MaxBy(label => all[label]);
                var probability = classifier.IsMultiple ? all[likeliest] : Math.Min(1, _unwanted.Sum(label => (double)all[label]));
                return (probability, classifier.Labels[likeliest]);
            }
            catch (InferenceException fault)
            {
                // Whatever it is, the next picture must not meet it: no more jobs until it loads and works again.
                classifier.Dispose();
                _classifier = null;
                state.Set(Topic, _problem = Statements.Text(WorkerTexts.SafetyBroken, fault.Message));
                throw;
            }
        }
    }

    // What is wrong, or null.
    private string? Load()
    {
        if (settings.SafetyModel.Length == 0)
        {
            return Statements.Text(WorkerTexts.SafetyNoModel, settings.SafetyAction);
        }

        try
        {
            var classifier = PictureClassifier.Load(ModelPath);
            if (Unwanted(classifier.Labels) is var (unwanted, problem) && problem is not null)
            {
                classifier.Dispose();
                return problem;
            }

            lock (_lock)
            {
                (_unwanted, _classifier) = (unwanted, classifier);
            }

            return null;
        }
        catch (Exception fault) when (fault is ModelFolderException or InferenceException or IOException or UnauthorizedAccessException)
        {
            return Statements.Text(WorkerTexts.SafetyBroken, fault.Message);
        }
    }

    private (IReadOnlyList<int> Unwanted, string? Problem) Unwanted(IReadOnlyList<string> known)
    {
        const int Shown = 20;
        var all = string.Join(", ", known.Take(Shown)) + (known.Count > Shown ? ", …" : "");
        var numbers = settings.SafetyLabels.Select(wanted => known.Index().FirstOrDefault(label => label.Item.Equals(wanted, StringComparison.OrdinalIgnoreCase), (Index: -1, Item: wanted))).ToList();
        return numbers.Count == 0 ? ([], Statements.Text(WorkerTexts.SafetyNoLabels, settings.SafetyAction, all))
            : numbers.FirstOrDefault(label => label.Index < 0) is { Item: { } unknown } ? ([], Statements.Text(WorkerTexts.SafetyUnknownLabel, unknown, all))
            : ([.. numbers.Select(label => label.Index).Distinct()], null);
    }

    private string FilesOfModel()
    {
        try
        {
            return settings.SafetyModel.Length == 0 ? "" : FileIdentity.Of(ModelPath);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Then there is no classifier either, and nothing is published.
            return "";
        }
    }
}
