using DiffusionHub.Sampling.Samplers;
using DiffusionHub.Sampling.Schedules;

namespace DiffusionHub.Sampling.Tests;

/// <summary>How fast each sampler's error falls when its steps are halved, on an equation with a known solution.</summary>
public sealed class OrderTests
{
    private const string Ratio = "k-diffusion";
    private const string Every = "every";

    // Samplers and their orders; those of k-diffusion's form are walked in that alone.
    private static readonly Case[] Cases =
    [
        new("Euler", new Euler(), 1, Ratio),
        new("Euler a, η = 0", new EulerAncestral(0), 1, Ratio),
        new("Heun", new Heun(), 2, Ratio),
        new("DPM2", new Dpm2(), 2, Ratio),
        new("DPM2 a, η = 0", new Dpm2Ancestral(0), 2, Ratio),
        new("LMS 1", new Lms(1), 1, Ratio),
        new("LMS 2", new Lms(2), 2, Ratio),
        new("LMS 3", new Lms(3), 3, Ratio),
        new("LMS 4", new Lms(), 4, Ratio),
        new("DPM++ 2S a, η = 0", new DpmPlusPlus2SAncestral(0), 2, Ratio),
        new("DPM++ SDE, η = 0", new DpmPlusPlusSde(0), 2, Ratio),
        // Steps of three calls and, at the end, one of two.
        new("DPM fast", new DpmFast(), 3, Ratio, (form, n) => Ladder.Plan(form, (3 * n) - 1)) { Steps = 12 },
        new("DDIM", new Ddim(), 1, Every),
        new("TCD, γ = 0", new Tcd(0), 1, Every),
        new("DPM++ 1", new DpmPlusPlusMultistep(1), 1, Every),
        new("DPM++ 2M", new DpmPlusPlusMultistep(), 2, Every),
        new("DPM++ 2M, Heun", new DpmPlusPlusMultistep(term: SecondOrderTerm.Heun), 2, Every),
        // In the long run: the published third-order step weighs D₂, a divided difference, as if it were a derivative, which is twice that.
        new("DPM++ 3M", new DpmPlusPlusMultistep(3), 2, Every),
        new("DPM-Solver 1", new DpmSolverMultistep(1), 1, Every),
        new("DPM-Solver 2M", new DpmSolverMultistep(), 2, Every),
        new("DPM-Solver 3M", new DpmSolverMultistep(3), 2, Every) { Steps = 120, Spread = 0.3 },
        new("DPM++ 2 singlestep", new DpmSolverSinglestep(DpmEstimate.Picture), 2, Every, (form, n) => Ladder.Blocks(form, n, 2)),
        new("DPM++ 3 singlestep", new DpmSolverSinglestep(DpmEstimate.Picture, 3), 3, Every, (form, n) => Ladder.Blocks(form, n, 3)),
        new("DPM++ 3 singlestep, Heun", new DpmSolverSinglestep(DpmEstimate.Picture, 3, term: SecondOrderTerm.Heun), 3, Every, (form, n) => Ladder.Blocks(form, n, 3)),
        new("DPM-Solver 2 singlestep", new DpmSolverSinglestep(DpmEstimate.Noise), 2, Every, (form, n) => Ladder.Blocks(form, n, 2)),
        new("DPM-Solver 3 singlestep", new DpmSolverSinglestep(DpmEstimate.Noise, 3), 3, Every, (form, n) => Ladder.Blocks(form, n, 3)),
        new("DPM-Solver 3 singlestep, Heun", new DpmSolverSinglestep(DpmEstimate.Noise, 3, term: SecondOrderTerm.Heun), 3, Every, (form, n) => Ladder.Blocks(form, n, 3)),
        new("DEIS 1", new Deis(1), 1, Every),
        new("DEIS 2", new Deis(), 2, Every),
        new("DEIS 3", new Deis(3), 3, Every),
        // The corrector gives UniPC one order more than its name says (Zhao et al. 2023, theorem 3.1).
        new("UniPC 1", new UniPc(1), 2, Every),
        new("UniPC 2", new UniPc(), 3, Every),
        new("UniPC 3", new UniPc(3), 4, Every),
        new("UniPC 2, B1", new UniPc(2, UniPcFunction.Bh1), 3, Every),
        new("UniPC 2, noise", new UniPc(2, UniPcFunction.Bh2, DpmEstimate.Noise), 3, Every),
        // Weights for even steps, used on uneven ones.
        new("iPNDM", new Ipndm(), 2, Every),
        new("PLMS", new Plms(), 2, Every, Ladder.FirstTwice),
        new("PNDM", new Pndm(), 2, Every, Ladder.ThreeFourfold),
    ];

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var known in Cases)
            {
                foreach (var form in known.Form == Every ? Ladder.Forms.Keys : [known.Form])
                {
                    rows.Add(known.Name, form);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_error_falls_with_the_order(string name, string form)
    {
        var known = Cases.Single(c => c.Name == name);
        // Enough steps for the order to show, few enough for an error above float32's rounding.
        var steps = known.Steps ?? known.Order switch { 1 => 96, 2 => 72, _ => 36 };
        var (rough, fine) = (Error(steps), Error(2 * steps));
        fine.ShouldBeGreaterThan(1e-5);
        Math.Log2(rough / fine).ShouldBe(known.Order, known.Order < 3 ? 0.15 : 0.35);

        double Error(int n) => new GaussianOde(known.Spread).Error(known.Sampler, known.Plan(form, n));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(18)]
    public void At_common_step_counts_the_third_order_pays_off(int steps)
    {
        var (second, third) = (new DpmPlusPlusMultistep(), new DpmPlusPlusMultistep(3));
        Math.Log2(Error(third, steps) / Error(third, 2 * steps)).ShouldBeGreaterThan(2.9);
        Error(third, 2 * steps).ShouldBeLessThan(Error(second, 2 * steps) / 1.5);

        static double Error(ISampler sampler, int n) => new GaussianOde(0.5).Error(sampler, Ladder.Plan(Ratio, n));
    }

    // What it keeps small is each step's error; the whole walk's follows.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_adaptive_method_follows_its_tolerance(int order)
    {
        var errors = new[] { 0.05, 0.005, 0.0005 }.Select(tolerance => new GaussianOde(0.5).Error(new DpmAdaptive(order, tolerance, tolerance / 10), Ladder.Plan(Ratio, 10))).ToList();
        errors[1].ShouldBeLessThan(errors[0]);
        errors[2].ShouldBeLessThan(errors[0] / 5);
    }

    private sealed record Case(string Name, ISampler Sampler, int Order, string Form, Func<string, int, SamplingPlan> Plan)
    {
        public Case(string name, ISampler sampler, int order, string form)
            : this(name, sampler, order, form, Ladder.Plan)
        {
        }

        /// <summary>Steps of the rougher walk, where the usual ones do not do.</summary>
        public int? Steps { get; init; }

        /// <summary>Deviation of the data.</summary>
        public double Spread { get; init; } = 0.5;
    }
}
