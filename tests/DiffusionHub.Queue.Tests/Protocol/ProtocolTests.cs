using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests.Protocol;

/// <summary>
/// The protocol of claims, leases and ends as a small model, walked through completely. At every point a worker may be killed, come back, or
/// not move at all (frozen); its lease may run out; a statement or its answer may be lost, or be committed when nobody waits for it any
/// more (which is what a cut connection and a restarted database do).
/// </summary>
public sealed class ProtocolTests
{
    private static readonly ProtocolRules Safe = new();

    [Fact]
    public void Two_workers_and_two_jobs_neither_lose_one_nor_publish_a_lapsed_claim()
    {
        var result = new Explorer(Safe with { Cancels = false, Errors = false }).Run(jobs: 2, workers: 2);
        TestContext.Current.SendDiagnosticMessage(result.ToString());
        result.Fault.ShouldBeNull(result.ToString());
        // A model in which hardly anything happens would prove nothing.
        result.States.ShouldBeGreaterThan(50_000);
    }

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 1, 2)]
    public void Errors_and_cancels_change_nothing_of_that(int jobs, int workers, int forgotten)
    {
        var result = new Explorer(Safe with { Forgotten = forgotten }).Run(jobs, workers);
        TestContext.Current.SendDiagnosticMessage(result.ToString());
        result.Fault.ShouldBeNull(result.ToString());
    }

    [Fact]
    public void Without_the_claim_token_a_lapsed_result_would_be_published() =>
        Broken(Safe with { ChecksToken = false }).ShouldBe("a lapsed claim's result was published");

    [Fact]
    public void Without_asking_what_became_of_a_finish_a_published_picture_would_be_dropped() =>
        Broken(Safe with { AsksWhatBecame = false }).ShouldBe("a published picture is not in the store");

    [Fact]
    public void Without_the_cancel_flag_in_the_finish_a_cancelled_picture_would_be_published() =>
        Broken(Safe with { FinishSeesCancel = false }).ShouldBe("a cancelled job was published");

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Without_giving_back_and_being_told_a_claim_could_be_held_for_ever(bool givesBack, bool tells) =>
        Broken(Safe with { GivesBack = givesBack, HeartbeatTells = tells }).ShouldBe("nothing can end the jobs any more");

    private static string? Broken(ProtocolRules rules) => new Explorer(rules).Run(jobs: 1, workers: 2).Fault;
}
