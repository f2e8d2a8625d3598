using DiffusionHub.Inference.Devices.Binding;
using DiffusionHub.Inference.Tests.Exported;

namespace DiffusionHub.Inference.Tests.Devices.Binding;

/// <summary>Tensors that stay bound, on the processor: <c>out_sample = sample·timestep</c>.</summary>
public sealed class BoundSessionTests : IDisposable
{
    private readonly TestModel model = TestModel.Unet().Write();
    private readonly Graph graph;
    private readonly GraphTensor<float> sample = Filled(3, 1, 4, 2, 2);
    private readonly GraphTensor<float> timestep = Filled(10, 1);
    private readonly GraphTensor<float> context = Filled(0, 1, 1, 32);
    private readonly GraphTensor<float> output = Filled(0, 1, 4, 2, 2);

    public BoundSessionTests() => graph = Graph.Load(model.Path);

    public void Dispose()
    {
        graph.Dispose();
        foreach (var tensor in new[] { sample, timestep, context, output })
        {
            tensor.Dispose();
        }

        model.Dispose();
    }

    [Fact]
    public void What_is_set_stays_until_it_is_set_anew()
    {
        using var bound = Bind();
        bound.Set("sample", sample);
        bound.Set("timestep", timestep);
        bound.Set("encoder_hidden_states", context);
        Runs(bound, 30);

        // Only what is set again is read again.
        sample.Values.Fill(5);
        timestep.Values.Fill(2);
        bound.Set("timestep", timestep);
        Runs(bound, 6);
        bound.Set("sample", sample);
        Runs(bound, 10);
    }

    [Fact]
    public void An_output_goes_to_another_graph_without_the_caller()
    {
        using var first = Bind();
        using var second = Bind();
        foreach (var bound in new[] { first, second })
        {
            bound.Set("sample", sample);
            bound.Set("timestep", timestep);
            bound.Set("encoder_hidden_states", context);
        }

        Runs(first, 30);
        second.Set("sample", first, "out_sample");
        Runs(second, 300);
    }

    [Fact]
    public void A_run_before_everything_is_set_names_what_is_not()
    {
        using var bound = Bind();
        bound.Set("sample", sample);
        Should.Throw<InvalidOperationException>(bound.Run).Message.ShouldContain("timestep, encoder_hidden_states");
    }

    [Fact]
    public void Other_names_shapes_and_types_are_refused()
    {
        using var bound = Bind();
        using var larger = Filled(1, 1, 4, 2, 3);
        using var whole = GraphTensor.Rent<long>(1);
        Should.Throw<ArgumentException>(() => bound.Set("latents", sample)).Message.ShouldContain("sample, timestep");
        Should.Throw<ArgumentException>(() => bound.Set("sample", larger)).Message.ShouldContain("[1, 4, 2, 2], and is now Float [1, 4, 2, 3]");
        Should.Throw<ArgumentException>(() => bound.Set("timestep", whole)).Message.ShouldContain("Int64");
        Should.Throw<ArgumentException>(() => bound.Get("sample", output)).Message.ShouldContain("out_sample");
        Should.Throw<InferenceException>(() => graph.Bind([("odd", sample)], [("out_sample", output)]));
    }

    [Fact]
    public void Scratch_can_be_given_back_after_a_run()
    {
        graph.ReleasesScratch = true;
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
        output.Values.ToArray().ShouldAllBe(value => value == 30);
    }

    private BoundSession Bind() => graph.Bind([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);

    private void Runs(BoundSession bound, float expected)
    {
        output.Values.Clear();
        bound.Run();
        bound.Get("out_sample", output);
        output.Values.ToArray().ShouldAllBe(value => value == expected);
    }

    private static GraphTensor<float> Filled(float value, params long[] shape)
    {
        var tensor = GraphTensor.Rent<float>(shape);
        tensor.Values.Fill(value);
        return tensor;
    }
}
