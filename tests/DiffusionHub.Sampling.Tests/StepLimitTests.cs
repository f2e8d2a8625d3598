using System.Text.Json;
using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Sampling.Tests;

public sealed class StepLimitTests
{
    public static TheoryData<string> Names => [.. KnownSamplers.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plan_has_one_to_the_most_steps_that_its_schedule_tells(string name)
    {
        using var empty = JsonDocument.Parse("{}");
        var known = KnownSamplers.Named(name);
        // Some samplers have no configuration file of their own: they take a model's.
        var own = KnownSchedulers.All.First(c => c.Process == known.Class.Process);
        var schedule = SchedulerConfig.Of(own.Name, empty.RootElement).With(known.Class, known.Set).Build().Schedule;
        schedule.Plan(1).Steps.ShouldNotBeEmpty();
        schedule.Plan(schedule.MostSteps).Steps.ShouldNotBeEmpty();
        foreach (var steps in (int[])[0, schedule.MostSteps + 1])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => schedule.Plan(steps)).Message.ShouldContain($"1 to {schedule.MostSteps} steps");
        }
    }
}
