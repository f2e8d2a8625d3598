using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Graphs.Onnx;

namespace DiffusionHub.Inference.Tests.Exported;

public sealed class ExportedUnetTraitsTests
{
    [Fact]
    public void A_UNet_tells_what_it_takes()
    {
        using var model = new TestModel();
        model.Graph.Input("sample", OnnxType.Float16, [2, 9, 64, 96]);
        model.Graph.Input("timestep", OnnxType.Float16, [1]);
        model.Graph.Input("encoder_hidden_states", OnnxType.Float16, [2, 77, 2048]);
        model.Graph.Input("onnx::Concat_4", OnnxType.Float16, [2, 1280]);
        model.Graph.Input("onnx::Shape_5", OnnxType.Float16, [2, 6]);
        model.Graph.Input("timestep_cond", OnnxType.Float16, [2, 256]);
        model.Graph.Output("out_sample", OnnxType.Float16, [2, 4, 64, 96]);
        model.Write();
        ExportedUnetTraits.Read(model.Path).ShouldBe(new ExportedUnetTraits
        {
            InChannels = 9, OutChannels = 4, ContextWidth = 2048, TakesTextEmbeds = true, TextEmbedsWidth = 1280, TakesTimeIds = true, TimeIds = 6,
            TakesGuidance = true, GuidanceWidth = 256, Height = 64, Width = 96, Tokens = 77, Batch = 2,
        });
    }

    [Fact]
    public void Channels_that_the_exporter_left_open_are_those_of_the_first_convolution()
    {
        using var model = new TestModel();
        model.Graph.Input("sample", OnnxType.Float, ["batch", "channels", "height", "width"]);
        model.Graph.Input("timestep", OnnxType.Int64, ["batch"]);
        model.Graph.Input("encoder_hidden_states", OnnxType.Float, ["batch", "sequence", 768]);
        model.Graph.Constant<float>("conv_in.weight", OnnxType.Float, new float[5 * 4], [4, 5, 1, 1]);
        model.Node("Conv", ["sample", "conv_in.weight"], ["out_sample"]);
        model.Graph.Output("out_sample", OnnxType.Float, ["batch", "channels", "height", "width"]);
        model.Write();
        ExportedUnetTraits.Read(model.Path).ShouldBe(new ExportedUnetTraits { InChannels = 5, ContextWidth = 768 });
    }

    [Fact]
    public void What_is_no_UNet_is_refused()
    {
        Should.Throw<ModelFileException>(() => ExportedUnetTraits.Read(TestFiles.Path("exported", "text.onnx"))).Message.ShouldContain("input_ids");
        Should.Throw<ModelFileException>(() => ExportedUnetTraits.Read("/nowhere/unet.onnx")).Message.ShouldContain("/nowhere/unet.onnx");
    }
}
