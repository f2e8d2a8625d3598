using DiffusionHub.Queue;

namespace DiffusionHub.Worker.Tests;

/// <summary>Claims that no database knows.</summary>
internal static class TestJobs
{
    public static JobClaim Claim(string payload = "{}", long id = 1) => new(
        id, 1, new WorkerIdentity(Guid.Empty, 1, "w"), Domain.People.User.LocalId, Guid.NewGuid(), "default", "sprout", "", payload, 1, 3, DateTimeOffset.UnixEpoch);
}
