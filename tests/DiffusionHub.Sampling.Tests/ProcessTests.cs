using DiffusionHub.Sampling.Schedulers;

namespace DiffusionHub.Sampling.Tests;

/// <summary>The noising process of a configuration by itself.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(700)]
    public void A_configuration_gives_its_process_alone(int level)
    {
        var process = SchedulerConfig.Parse("""{"_class_name":"DDPMScheduler","beta_schedule":"squaredcos_cap_v2","num_train_timesteps":1000}""").Process();
        var bar = Curve((level + 1) / 1000.0) / Curve(0);
        process.Length.ShouldBe(1000);
        process.At(level).Alpha.ShouldBe(Math.Sqrt(bar), 1e-5);
        process.At(level).Sigma.ShouldBe(Math.Sqrt(1 - bar), 1e-4);

        // (Nichol and Dhariwal 2021, equation 17).
        static double Curve(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
    }
}
