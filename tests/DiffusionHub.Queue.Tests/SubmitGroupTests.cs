using Shouldly;
using Xunit;

namespace DiffusionHub.Queue.Tests;

/// <summary>Submissions that share statements; the database is a list of what it was sent.</summary>
public sealed class SubmitGroupTests
{
    private readonly List<string[]> _sent = [];
    private readonly TaskCompletionSource _began = new();
    private readonly TaskCompletionSource _first = new();
    private Func<string[], Exception?> _refuses = _ => null;

    [Fact]
    public async Task Those_that_come_while_one_is_sent_share_the_next_statement_and_each_gets_its_ids()
    {
        var group = new SubmitGroup(SendAsync);
        var one = group.SendAsync(Jobs("a"), default);
        await _began.Task;
        var others = new[] { group.SendAsync(Jobs("b", "c"), default), group.SendAsync(Jobs("d"), default) };
        _first.SetResult();
        (await one).ShouldBe([(long)'a']);
        (await others[0]).ShouldBe(['b', 'c']);
        (await others[1]).ShouldBe(['d']);
        _sent.ShouldBe([["a"], ["b", "c", "d"]]);
        (await group.SendAsync(Jobs("e"), default)).ShouldBe(['e']);
        _sent.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Refused_submission_keeps_nobody_elses_back()
    {
        _refuses = models => models.Contains("b", StringComparer.Ordinal) ? new QueueRefusedException("no b") : null;
        var group = new SubmitGroup(SendAsync);
        var one = group.SendAsync(Jobs("a"), default);
        await _began.Task;
        var (good, bad, late) = (group.SendAsync(Jobs("c"), default), group.SendAsync(Jobs("b"), default), group.SendAsync(Jobs("d"), default));
        _first.SetResult();
        await one;
        (await good).ShouldBe(['c']);
        (await Should.ThrowAsync<QueueRefusedException>(() => bad)).Message.ShouldBe("no b");
        (await late).ShouldBe(['d']);
        _sent.ShouldBe([["a"], ["c", "b", "d"], ["c"], ["b"], ["d"]]);
    }

    [Fact]
    public async Task Who_gives_up_does_not_stop_the_others()
    {
        var group = new SubmitGroup(SendAsync);
        using var impatient = new CancellationTokenSource();
        var one = group.SendAsync(Jobs("a"), impatient.Token);
        await _began.Task;
        var other = group.SendAsync(Jobs("b"), default);
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => one);
        _first.SetResult();
        (await other).ShouldBe(['b']);
        _sent.ShouldBe([["a"], ["b"]]);
    }

    [Fact]
    public async Task Database_that_is_away_is_told_to_all_and_the_next_is_sent_again()
    {
        _refuses = models => models.Contains("c", StringComparer.Ordinal) ? null : new QueueUnavailableException(new TimeoutException());
        var group = new SubmitGroup(SendAsync);
        var one = group.SendAsync(Jobs("a"), default);
        await _began.Task;
        var other = group.SendAsync(Jobs("b"), default);
        _first.SetResult();
        await Should.ThrowAsync<QueueUnavailableException>(() => one);
        await Should.ThrowAsync<QueueUnavailableException>(() => other);
        (await group.SendAsync(Jobs("c"), default)).ShouldBe(['c']);
    }

    private static NewJob[] Jobs(params string[] models) => [.. models.Select(m => new NewJob(Guid.Empty, Guid.Empty, "normal", m, "k", "{}"))];

    private async Task<IReadOnlyList<long>> SendAsync(IReadOnlyList<NewJob> jobs)
    {
        var models = jobs.Select(j => j.Model).ToArray();
        _sent.Add(models);
        _began.TrySetResult();
        await _first.Task;
        return _refuses(models) is { } refusal ? throw refusal : [.. models.Select(m => (long)m[0])];
    }
}
