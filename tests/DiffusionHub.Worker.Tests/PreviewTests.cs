using DiffusionHub.Imaging;
using DiffusionHub.Queue;
using DiffusionHub.Worker.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

/// <summary>Previews: how much time they get, how long they are, and who is told.</summary>
public sealed class PreviewTests
{
    [Fact]
    public void Previews_get_a_tenth_of_the_runs_own_time_and_the_last_step_none()
    {
        var clock = new HandClock();
        var budget = new PreviewBudget(0.1, clock);
        budget.Left(0, 4).ShouldBe(TimeSpan.Zero);
        clock.Pass(1000);
        budget.Left(1, 4).TotalMilliseconds.ShouldBe(100, 1e-6);
        budget.Left(4, 4).ShouldBe(TimeSpan.Zero);
        budget.Left(1, 1).ShouldBe(TimeSpan.Zero);
        // What a preview takes is no time of the run's own.
        clock.Pass(60);
        budget.Count(TimeSpan.FromMilliseconds(60));
        budget.Left(1, 4).TotalMilliseconds.ShouldBe(40, 1e-6);
        // One that took longer than was known is paid for by those after it.
        clock.Pass(300);
        budget.Count(TimeSpan.FromMilliseconds(300));
        budget.Left(2, 4).ShouldBe(TimeSpan.Zero);
        clock.Pass(2600);
        budget.Left(3, 4).ShouldBe(TimeSpan.Zero);
        clock.Pass(100);
        budget.Left(3, 4).TotalMilliseconds.ShouldBe(10, 1e-6);
    }

    [Theory]
    [InlineData(1024, 1024)]
    [InlineData(2048, 512)]
    [InlineData(128, 128)]
    public void Even_noise_is_shown_in_40_KB(int width, int height)
    {
        var noise = new byte[width * height * 3];
        new Random(1).NextBytes(noise);
        var webp = PreviewFile.Encode(new RgbImage(width, height, noise)).ShouldNotBeNull();
        webp.Length.ShouldBeLessThanOrEqualTo(PreviewFile.MostBytes);
        ImageCodec.Decode(webp).Width.ShouldBeInRange(64, 512);
    }

    [Fact]
    public void Soft_picture_of_1024_keeps_its_512_pixels()
    {
        var soft = new byte[1024 * 1024 * 3];
        for (var i = 0; i < soft.Length; i++)
        {
            soft[i] = (byte)(128 + (100 * Math.Sin((i / 3 % 1024) / 90.0) * Math.Cos(i / 3 / 1024 / 70.0)));
        }

        ImageCodec.Decode(PreviewFile.Encode(new RgbImage(1024, 1024, soft)).ShouldNotBeNull()).Width.ShouldBe(512);
    }

    [Fact]
    public async Task Run_never_waits_for_a_slow_database_and_the_latest_step_wins()
    {
        var told = new List<(int Step, bool WithPreview)>();
        var begun = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var last = new TaskCompletionSource();
        using var job = new RunningJob(TestJobs.Claim());
        await using (var mailbox = new ProgressMailbox(TellAsync, job, NullLogger.Instance))
        {
            var picture = new RgbImage(1024, 1024, new byte[1024 * 1024 * 3]);
            mailbox.Post(new StepReport(1, 4, picture));
            await begun.Task;
            mailbox.Post(new StepReport(2, 4, picture));
            mailbox.Post(new StepReport(3, 4, picture));
            answer.SetResult();
            await last.Task;
        }

        told.ShouldBe([(1, true), (3, true)]);

        async Task<ProgressAnswer> TellAsync(int step, int steps, byte[]? preview)
        {
            told.Add((step, preview is { Length: > 0 and <= PreviewFile.MostBytes }));
            begun.TrySetResult();
            await answer.Task;
            if (step == 3)
            {
                last.SetResult();
            }

            return new ProgressAnswer(true, false);
        }
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double milliseconds) => _ticks += TimeSpan.FromMilliseconds(milliseconds).Ticks;
    }
}
