using System.IO.Pipes;
using DiffusionHub.Data.Settings;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests.Settings;

public sealed class SupervisedTests
{
    [Fact]
    public async Task End_of_input_begins_the_stop_and_a_hanging_stop_is_cut_short()
    {
        using var parent = new AnonymousPipeServerStream(PipeDirection.Out);
        using var child = new AnonymousPipeClientStream(PipeDirection.In, parent.ClientSafePipeHandle);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new OneTimer();
        Supervised.Watch(child, stopped.SetResult, exited.SetResult, time);
        parent.WriteByte(1);
        stopped.Task.IsCompleted.ShouldBeFalse();

        parent.Dispose();
        await stopped.Task;

        exited.Task.IsCompleted.ShouldBeFalse();
        time.Fire(TimeSpan.FromSeconds(30));
        await exited.Task;
    }

    private sealed class OneTimer : TimeProvider
    {
        private readonly TaskCompletionSource<(TimerCallback Callback, TimeSpan Due)> timer = new();

        public void Fire(TimeSpan due)
        {
            var (callback, expected) = timer.Task.Result;
            expected.ShouldBe(due);
            callback(null);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timer.SetResult((callback, dueTime));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
