using DiffusionHub.Queue;

namespace DiffusionHub.Cli.Commands.Soak;

/// <summary>The jobs of a soak: many persons, every lane, some that fail, some that wait for another or for a time.</summary>
internal static class SoakJobs
{
    public const string Model = "soak";
    public const string WorkerApplication = "hub soak worker";
    public const string FileName = "picture.txt";
    public const string Poison = "poison";
    public const string FailsOnce = "fails-once";
    private const int OwnerCount = 8;
    private static readonly string[] Lanes = ["interactive", "normal", "bulk"];

    /// <summary>Whose jobs they are.</summary>
    public static readonly Guid[] Owners = [.. Enumerable.Range(1, OwnerCount).Select(i => new Guid(i, 0, 0, new byte[8]))];

    /// <summary>Of these, the ones with a running limit.</summary>
    public static readonly Guid[] Limited = Owners[..2];

    /// <summary>Jobs for one submit; each with an idempotency key of its number.</summary>
    public static NewJob[] Batch(Random random, int first, int count)
    {
        var group = Guid.CreateVersion7();
        return [.. Enumerable.Range(0, count).Select(i => Job(random, first + i, i, group))];
    }

    private static NewJob Job(Random random, int number, int index, Guid group)
    {
        var kind = random.NextDouble() switch { < 0.01 => Poison, < 0.02 => FailsOnce, _ => "draw" };
        return new NewJob(Owners[random.Next(OwnerCount)], group, Lanes[random.Next(Lanes.Length)], Model, "soak", $$"""{"work":"{{kind}}"}""")
        {
            IdempotencyKey = $"soak-{number}",
            CostMilliseconds = random.Next(1, 100),
            AfterIndex = index > 0 && random.NextDouble() < 0.03 ? random.Next(index) : null,
            NotBefore = random.NextDouble() < 0.02 ? DateTimeOffset.UtcNow.AddSeconds(1) : null,
        };
    }
}
