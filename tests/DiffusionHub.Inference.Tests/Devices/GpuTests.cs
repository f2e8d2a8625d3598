using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Cuda;
using DiffusionHub.Inference.Graphs.Dialects;
using DiffusionHub.Inference.Graphs.Unet;
using DiffusionHub.Inference.Graphs.Vae;
using DiffusionHub.Inference.Weights;

namespace DiffusionHub.Inference.Tests.Devices;

/// <summary>What only a machine with an NVIDIA GPU can tell; elsewhere each says why it was skipped.</summary>
public sealed class GpuTests
{
    private static readonly Device Gpu = new(DeviceKind.Cuda);

    [Theory]
    [InlineData(Precision.Float32, 1e-4)]
    [InlineData(Precision.Float16, 2e-2)]
    public void A_UNet_gives_the_numbers_of_the_original(Precision precision, double limit)
    {
        Needed();
        using var graph = Unet(GraphDialect.Of(Gpu, precision));
        using var expected = TestFiles.Npy("unet", "output.npy");
        using var actual = Denoised(graph);
        TestFiles.Error(actual, expected).ShouldBeLessThan(limit);
    }

    [Fact]
    public void A_decoder_of_float16_gives_the_pictures_of_the_original()
    {
        Needed();
        using var weights = WeightSet.Open(TestFiles.Path("taesd", "diffusion_pytorch_model.safetensors"));
        using var graph = Graph.Load(IAutoencoderConfig.Read(TestFiles.Path("taesd", "config.json")).Decoder(weights, GraphDialect.CudaHalf), Gpu);
        using var latents = TestFiles.Npy("taesd", "latents.npy");
        using var expected = TestFiles.Npy("taesd", "decoded.npy");
        using var actual = GraphTensor.Rent<float>([.. expected.Shape]);
        graph.Run([("latent_sample", latents)], [("sample", actual)]);
        TestFiles.Error(actual, expected).ShouldBeLessThan(2e-2);
    }

    [Fact]
    public void A_replay_gives_what_the_first_run_gave()
    {
        Needed();
        With(InferenceRuntime.Cuda with { Replay = true }, () =>
        {
            using var graph = Unet(GraphDialect.CudaHalf);
            graph.Replays.ShouldBeTrue();
            using var first = Denoised(graph);
            for (var i = 0; i < 4; i++)
            {
                using var again = Denoised(graph);
                TestFiles.Error(again, first).ShouldBeLessThan(1e-3);
            }
        });
    }

    [Fact]
    public void A_full_memory_is_said_with_the_bytes_and_the_next_run_goes_on()
    {
        Needed();
        With(InferenceRuntime.Cuda with { MemoryLimit = 32 << 20 }, () =>
        {
            using var graph = Unet(GraphDialect.CudaHalf);
            Should.Throw<DeviceMemoryException>(() => Denoised(graph, side: 512).Dispose()).Bytes.ShouldNotBeNull();
            using var after = Denoised(graph);
            after.Values.ToArray().ShouldAllBe(value => float.IsFinite(value));
        });
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_refused_by_its_number()
    {
        Needed();
        using var weights = WeightSet.Open(TestFiles.Path("taesd", "diffusion_pytorch_model.safetensors"));
        var written = IAutoencoderConfig.Read(TestFiles.Path("taesd", "config.json")).Decoder(weights, GraphDialect.CudaHalf);
        Should.Throw<DeviceException>(() => Graph.Load(written, new Device(DeviceKind.Cuda, 999))).Message.ShouldContain("no GPU number 999");
    }

    private static void Needed() => Assert.SkipWhen(DeviceReport.OfMachine.Fault is not null, $"Needs an NVIDIA GPU: {DeviceReport.OfMachine.Fault}");

    private static void With(CudaSettings settings, Action test)
    {
        var usual = InferenceRuntime.Cuda;
        InferenceRuntime.Cuda = settings;
        try
        {
            test();
        }
        finally
        {
            InferenceRuntime.Cuda = usual;
        }
    }

    private static Graph Unet(GraphDialect dialect)
    {
        using var weights = WeightSet.Open(TestFiles.Path("unet", "diffusion_pytorch_model.safetensors"));
        return Graph.Load(UnetGraph.Write(UnetConfig.Read(TestFiles.Path("unet", "config.json")), weights, new UnetGraphOptions { Dialect = dialect }), Gpu);
    }

    private static GraphTensor<float> Denoised(Graph graph, int? side = null)
    {
        using var sample = side is { } given ? GraphTensor.Rent<float>(2, 4, given, given) : TestFiles.Npy("unet", "sample.npy");
        using var timestep = TestFiles.Npy("unet", "timestep.npy");
        using var context = TestFiles.Npy("unet", "encoder_hidden_states.npy");
        var output = GraphTensor.Rent<float>([.. sample.Shape]);
        graph.Run([("sample", sample), ("timestep", timestep), ("encoder_hidden_states", context)], [("out_sample", output)]);
        return output;
    }
}
