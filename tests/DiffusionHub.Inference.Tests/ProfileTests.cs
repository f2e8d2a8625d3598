using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Profiles;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests;

/// <summary>Whose time the runtime's notes tell of.</summary>
public sealed class ProfileTests
{
    [Fact]
    public void A_node_belongs_to_the_module_whose_parameters_it_takes()
    {
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        var graph = UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Dialect = GraphDialect.Portable });
        var modules = new NodeModules(graph);
        var convolution = graph.Tape.ShouldNotBeNull().Nodes.First(n => n.Inputs.Contains("down_blocks.0.resnets.0.conv1.weight")).Outputs[0];
        modules.Of(convolution).ShouldBe("down_blocks.0.resnets.0.conv1");
        modules.Of(convolution + "_nchwc").ShouldBe("down_blocks.0.resnets.0.conv1");
        modules.Of("ReorderInput").ShouldBe("");

        // An activation has no parameters: it belongs to what it activates.
        var activation = graph.Tape.Nodes.First(n => n.Type == "QuickGelu" && modules.Of(n.Inputs[0]).EndsWith("resnets.0.norm1", StringComparison.Ordinal));
        modules.Of(activation.Outputs[0]).ShouldEndWith("resnets.0.norm1");
    }

    [Fact]
    public void Only_runs_of_kernels_count()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """
                [{"cat":"Session","name":"session_initialization","dur":9000},
                 {"cat":"Node","name":"Conv.1_fence_before","dur":5,"args":{"op_name":"Conv"}},
                 {"cat":"Node","name":"Conv.1_kernel_time","dur":1500,"args":{"op_name":"Conv"}}]
                """);
            KernelEvents.Read(file).ShouldBe([("Conv.1", "Conv", 1.5)]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
