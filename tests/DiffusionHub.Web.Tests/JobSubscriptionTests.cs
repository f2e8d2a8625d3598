using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.People;
using DiffusionHub.Web.Shared.Jobs;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class JobSubscriptionTests
{
    private readonly List<JobSubscription> _ended = [];

    [Fact]
    public async Task Slow_reader_gets_the_latest_state_of_each_job_once()
    {
        using var subscription = new JobSubscription(User.LocalId, _ended.Add);
        subscription.Post([Make.Update(2, JobState.Enqueued), Make.Update(1, JobState.Enqueued)]);
        subscription.Post([Make.Update(1, JobState.Processing, step: 1)]);
        subscription.Post([Make.Update(1, JobState.Processing, step: 2)]);
        await using var reader = subscription.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.Select(u => (u.Job.JobId, u.Job.Step)).ShouldBe([(1, 2), (2, null)]);

        var next = reader.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse();
        subscription.Post([Make.Update(1, JobState.Succeeded)]);
        (await next).ShouldBeTrue();
        reader.Current.ShouldHaveSingleItem().Job.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Disposed_subscription_ends_its_reader_and_leaves_the_feed()
    {
        var subscription = new JobSubscription(User.LocalId, _ended.Add);
        await using var reader = subscription.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = reader.MoveNextAsync();
        subscription.Dispose();
        (await next).ShouldBeFalse();
        _ended.ShouldBe([subscription]);
        subscription.Post([Make.Update(1, JobState.Enqueued)]);
    }
}
