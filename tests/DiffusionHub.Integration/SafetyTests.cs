using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Pictures;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

/// <summary>A worker that looks at its pictures before they are published.</summary>
public sealed class SafetyTests
{
    // All that the classifier knows: whatever the picture shows, it is unwanted.
    private const string Everything = "red,orange,yellow,green,blue,purple,white,black";

    [Theory]
    [InlineData("blur", PictureStanding.Blurred)]
    [InlineData("hold", PictureStanding.Held)]
    public async Task Unwanted_picture_is_published_as_such(string action, string standing)
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", [.. Settings(action, Everything), ("HUB_RESULT_CACHE", "on")]);
        (await hub.EndAsync(await hub.SubmitAsync(8))).State.ShouldBe(JobState.Succeeded);
        (await hub.EndAsync(await hub.SubmitAsync(8))).State.ShouldBe(JobState.Succeeded);
        var pictures = await hub.PicturesAsync();
        pictures.Count(picture => picture.DeviceMilliseconds == 0).ShouldBe(1, "one is a copy");
        pictures.ShouldAllBe(picture => picture.Standing == standing && picture.StandingReason!.StartsWith("The safety model sees “"));
    }

    [Fact]
    public async Task Refused_picture_is_not_kept_and_not_tried_again()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", [.. Settings("refuse", Everything)]);
        var job = await hub.EndAsync(await hub.SubmitAsync(4));
        (job.State, job.Attempt).ShouldBe((JobState.Failed, 1));
        job.Error.ShouldNotBeNull().ShouldStartWith("This hub’s content rules do not allow “");
        (await hub.PicturesAsync()).ShouldBeEmpty();
        hub.Blobs.ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_pictures_are_published_as_ever_and_no_previews_are_sent()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", [.. Settings("hold", "purple"), ("HUB_SAFETY_THRESHOLD", "1")]);
        var id = await hub.SubmitAsync(40);
        await hub.UntilAsync(async () => (await hub.ViewAsync(id)) is var job && (job.Step >= 20 || job.State == JobState.Succeeded));
        (await hub.PreviewsAsync()).ShouldBe(0);
        (await hub.EndAsync(id)).State.ShouldBe(JobState.Succeeded);
        (await hub.PicturesAsync()).ShouldHaveSingleItem().Standing.ShouldBe(PictureStanding.Fine);
    }

    [Fact]
    public async Task Worker_without_its_classifier_takes_no_jobs_and_says_why()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync("a", ("HUB_SAFETY_ACTION", "hold"), ("HUB_SAFETY_MODEL", "/nowhere"), ("HUB_SAFETY_LABELS", "red"));
        var id = await hub.SubmitAsync(2);
        await hub.UntilAsync(async () => await hub.ProblemAsync() is { } problem && problem.Contains("The safety model cannot be used", StringComparison.Ordinal));
        (await hub.ViewAsync(id)).State.ShouldBe(JobState.Enqueued);
    }

    private static (string, string)[] Settings(string action, string labels)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "DiffusionHub.sln")))
        {
            at = at.Parent!;
        }

        return [("HUB_SAFETY_ACTION", action), ("HUB_SAFETY_MODEL", Path.Combine(at.FullName, "tests", "Shared", "models", "colours")), ("HUB_SAFETY_LABELS", labels)];
    }
}
