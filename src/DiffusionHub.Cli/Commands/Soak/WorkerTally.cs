using System.Collections.Concurrent;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>What all workers said, those that are dead by now included.</summary>
internal sealed class WorkerTally
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<WorkerLine>> lines = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> surprises = new();

    /// <summary>What was said that nobody expects.</summary>
    public IReadOnlyList<string> Surprises => [.. surprises];

    /// <summary>How often each word was said.</summary>
    public IReadOnlyDictionary<string, int> Counts => lines.ToDictionary(said => said.Key, said => said.Value.Count, StringComparer.Ordinal);

    public void Add(WorkerLine line) => lines.GetOrAdd(line.Word, _ => new ConcurrentQueue<WorkerLine>()).Enqueue(line);

    public void Surprised(string what) => surprises.Enqueue(what);

    /// <summary>Every line of a word.</summary>
    public IReadOnlyCollection<WorkerLine> Of(string word) => lines.TryGetValue(word, out var said) ? said : [];
}
