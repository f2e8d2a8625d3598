using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Exported;

public sealed class BindingTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 7, 0)]
    [InlineData(1, 7, 1)]
    [InlineData(1, 6, 0)]
    [InlineData(10, 10, 1)]
    [InlineData(10, 7, 1)]
    [InlineData(10, 1, 0)]
    [InlineData(11, 11, 1)]
    [InlineData(11, 7, 0)]
    public void Numbers_are_converted_to_what_the_graph_takes_and_back(int type, int time, int rank)
    {
        using var model = TestModel.Unet((OnnxType)type, (OnnxType)time, rank == 0 ? [] : ["batch"]).Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.Unet);
        graph.Inputs["sample"].ShouldSatisfyAllConditions(i => i.ElementType.ShouldBe(typeof(float)), i => i.Shape.ShouldBe([-1, 4, -1, -1]));
        graph.Inputs["timestep"].ShouldSatisfyAllConditions(i => i.ElementType.ShouldBe(typeof(float)), i => i.Shape.ShouldBe([-1]));
        Check(graph, [3, 3]);
        Check(graph, [3, 5, 2]);
    }

    // A graph with whole timesteps gets the nearest one.
    [Fact]
    public void A_timestep_between_two_is_rounded()
    {
        using var model = TestModel.Unet(time: OnnxType.Int64, timeShape: []).Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.Unet);
        Check(graph, [2.7f], [3]);
        Check(graph, [2.4f, 4.6f], [2, 5]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_fixed_number_of_pictures_at_once_serves_any_other(int batch)
    {
        foreach (var time in new OnnxDimension[][] { [], [batch], [1] })
        {
            using var model = TestModel.Unet(timeShape: time, batch: batch).Write();
            using var graph = Graph.LoadExported(model.Path, GraphRole.Unet);
            graph.Inputs["sample"].Shape.ShouldBe([-1, 4, -1, -1], "callers need not know");
            Check(graph, [3]);
            Check(graph, [3, 3]);
            Check(graph, [3, 5, 2, 2, 2]);
        }
    }

    [Fact]
    public void One_timestep_for_all_pictures_becomes_one_for_each()
    {
        using var model = TestModel.Unet(timeShape: [1]).Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.Unet);
        Check(graph, [4, 4, 4]);
        Check(graph, [3, 5]);
    }

    [Fact]
    public void Fixed_sides_are_told()
    {
        using var model = new TestModel();
        model.Graph.Input("latent", OnnxType.Float16, [1, 4, 64, 96]);
        model.Graph.Output("images", OnnxType.Float16, [1, 4, 64, 96]);
        model.Node("Neg", ["latent"], ["images"]);
        model.Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.VaeDecoder);
        graph.Inputs["latent_sample"].Shape.ShouldBe([-1, 4, 64, 96]);
        graph.Outputs["sample"].Shape.ShouldBe([-1, 4, 64, 96]);
    }

    [Theory]
    [InlineData(GraphRole.Unet, "sample,timestep,encoder_hidden_states,text_embeds,time_ids,timestep_cond,class_labels", "out_sample", "out_sample")]
    [InlineData(GraphRole.Unet, "sample,timestep,encoder_hidden_states,onnx::Concat_4,onnx::Shape_5", "out_sample", "out_sample")]
    [InlineData(GraphRole.Unet, "latent,timestep,text_embeddings,text_embeds,time_ids", "noise_pred", "out_sample")]
    [InlineData(GraphRole.Unet, "sample,timestep,encoder_hidden_states", "latent", "out_sample")]
    [InlineData(GraphRole.VaeDecoder, "latent_sample", "sample", "sample")]
    [InlineData(GraphRole.VaeDecoder, "latent", "images", "sample")]
    [InlineData(GraphRole.VaeEncoder, "sample", "latent_parameters", "latent_parameters")]
    [InlineData(GraphRole.VaeEncoder, "sample", "latent_sample", "latent_sample")]
    [InlineData(GraphRole.VaeEncoder, "images", "latent", "latent_sample")]
    [InlineData(GraphRole.TextEncoder, "input_ids", "last_hidden_state,pooler_output", "last_hidden_state,pooler_output")]
    [InlineData(GraphRole.TextEncoder, "input_ids", "text_embeds,hidden_states_1", "text_embeds,hidden_states.1")]
    [InlineData(GraphRole.TextEncoder, "input_ids", "text_embeddings", "last_hidden_state")]
    public void Exporters_names_become_the_pipelines(GraphRole role, string inputs, string outputs, string expected)
    {
        using var model = Named(role, inputs, outputs).Write();
        using var graph = Graph.LoadExported(model.Path, role);
        string[] all = role == GraphRole.Unet ? ["sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids", "timestep_cond", "class_labels"] : [role == GraphRole.TextEncoder ? "input_ids" : role == GraphRole.VaeEncoder ? "sample" : "latent_sample"];
        graph.Inputs.Keys.ShouldBe(all[..inputs.Split(',').Length]);
        graph.Outputs.Keys.ShouldBe(expected.Split(','));
    }

    [Theory]
    [InlineData(GraphRole.Unet, "sample,timestep", "out_sample", "encoder_hidden_states", "text_embeddings", "found sample, timestep")]
    [InlineData(GraphRole.Unet, "sample,timestep,encoder_hidden_states,controlnet_cond", "out_sample", "controlnet_cond", "onnx::Concat_4")]
    [InlineData(GraphRole.Unet, "sample,latent,timestep,encoder_hidden_states", "out_sample", "“latent”")]
    [InlineData(GraphRole.Unet, "sample,timestep,encoder_hidden_states", "hat", "out_sample", "found hat")]
    [InlineData(GraphRole.VaeDecoder, "sample", "images", "latent_sample", "sample")]
    [InlineData(GraphRole.VaeEncoder, "sample", "sample_out", "latent_parameters", "latent_sample", "sample_out")]
    [InlineData(GraphRole.TextEncoder, "input_ids,attention_mask", "last_hidden_state", "attention_mask", "input_ids")]
    public void A_graph_that_lacks_something_or_asks_for_more_is_refused(GraphRole role, string inputs, string outputs, params string[] says)
    {
        using var model = Named(role, inputs, outputs).Write();
        var message = Should.Throw<ModelFileException>(() => Graph.LoadExported(model.Path, role)).Message;
        says.Append(model.Path).ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    // The same alias is the states of all tokens in one encoder and the text's own vector in another.
    [Fact]
    public void An_alias_for_two_outputs_is_told_by_its_dimensions()
    {
        using var model = new TestModel();
        model.Graph.Input("input_ids", OnnxType.Int32, ["batch", 77]);
        model.Graph.Output("text_embeddings", OnnxType.Float, ["batch", 77]);
        model.Node("Cast", ["input_ids"], ["text_embeddings"], new OnnxAttribute("to", (long)OnnxType.Float));
        model.Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.TextEncoder);
        graph.Outputs.Keys.ShouldBe(["text_embeds"]);
        graph.Inputs["input_ids"].ShouldSatisfyAllConditions(i => i.ElementType.ShouldBe(typeof(long)), i => i.Shape.ShouldBe([-1, 77]));
    }

    [Fact]
    public void Other_types_and_ranks_are_refused()
    {
        using var bytes = TestModel.Unet(time: OnnxType.UInt8).Write();
        Should.Throw<ModelFileException>(() => Graph.LoadExported(bytes.Path, GraphRole.Unet)).Message.ShouldContain("UInt8");
        using var square = TestModel.Unet(timeShape: ["batch", 2]).Write();
        Should.Throw<ModelFileException>(() => Graph.LoadExported(square.Path, GraphRole.Unet)).Message.ShouldContain("“timestep” must have 0 / 1 dimensions, but has 2");
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_refused_with_the_graphs_name()
    {
        using var model = TestModel.Unet().Write();
        using var graph = Graph.LoadExported(model.Path, GraphRole.Unet);
        using var two = GraphTensor.Rent<float>(2, 4, 3, 3);
        using var one = GraphTensor.Rent<float>(1);
        Should.Throw<InferenceException>(() => graph.Run([("sample", two), ("timestep", one)], [("out_sample", two)])).Message.ShouldContain(model.Path);
        Should.Throw<InferenceException>(() => graph.Run([("sample", two), ("time_ids", two)], [("out_sample", two)])).Message.ShouldContain("time_ids");
    }

    private static TestModel Named(GraphRole role, string inputs, string outputs)
    {
        var model = new TestModel();
        foreach (var input in inputs.Split(','))
        {
            var rank = input switch { "timestep" or "class_labels" => 1, "encoder_hidden_states" or "text_embeddings" => 3, "text_embeds" or "time_ids" or "timestep_cond" or "input_ids" or "attention_mask" => 2, _ => input.StartsWith("onnx", StringComparison.Ordinal) ? 2 : 4 };
            model.Graph.Input(input, input is "input_ids" or "class_labels" ? OnnxType.Int32 : OnnxType.Float, Sides(rank));
        }

        foreach (var output in outputs.Split(','))
        {
            var rank = role != GraphRole.TextEncoder ? 4 : output is "text_embeds" or "pooler_output" ? 2 : 3;
            model.Graph.Constant<float>(output + "_value", OnnxType.Float, [1], Enumerable.Repeat(1L, rank).ToArray());
            model.Node("Identity", [output + "_value"], [output]);
            model.Graph.Output(output, OnnxType.Float, Sides(rank));
        }

        return model;

        OnnxDimension[] Sides(int rank) => [.. Enumerable.Range(0, rank).Select(i => (OnnxDimension)$"d{i}")];
    }

    private static void Check(Graph graph, float[] times, float[]? expected = null)
    {
        using var sample = GraphTensor.Rent<float>(times.Length, 4, 3, 5);
        using var timestep = GraphTensor.Rent<float>(times.Length);
        using var context = GraphTensor.Rent<float>(times.Length, 7, 32);
        using var output = GraphTensor.Rent<float>(times.Length, 4, 3, 5);
        for (var i = 0; i < sample.Values.Length; i++)
        {
            sample.Values[i] = i / 8f;
        }

        times.CopyTo(timestep.Values);
        context.Values.Fill(1);
        output.Values.Fill(float.NaN);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
        var factors = expected ?? times;
        for (var i = 0; i < sample.Values.Length; i++)
        {
            output.Values[i].ShouldBe(sample.Values[i] * factors[i / 60], $"picture {i / 60}");
        }
    }
}
