using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Cuda;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Tests.Devices;

public sealed class CudaSettingsTests
{
    [Fact]
    public void Options_are_those_that_parity_and_speed_need() =>
        CudaSettings.Default.For(new Device(DeviceKind.Cuda, 3)).ShouldBe(
            new Dictionary<string, string>
            {
                ["device_id"] = "3",
                ["cudnn_conv_algo_search"] = "HEURISTIC",
                ["prefer_nhwc"] = "1",
                ["fuse_conv_bias"] = "1",
                ["use_tf32"] = "0",
                ["arena_extend_strategy"] = "kSameAsRequested",
                ["enable_cuda_graph"] = "0",
            },
            ignoreOrder: true);

    [Fact]
    public void Limit_tf32_and_replay_are_said_when_wanted()
    {
        var options = new CudaSettings { MemoryLimit = 8L << 30, Tf32 = true, Replay = true }.For(new Device(DeviceKind.Cuda));
        options["gpu_mem_limit"].ShouldBe("8589934592");
        options["use_tf32"].ShouldBe("1");
        options["enable_cuda_graph"].ShouldBe("1");
    }

    [Fact]
    public void The_provider_takes_every_option()
    {
        Assert.SkipUnless(ProviderFiles.Missing(ProviderFiles.Folder, ProviderFiles.Cuda).Count == 0 && CudaHost.OfMachine.Driver is not null, "Needs the CUDA provider library and NVIDIA's driver.");
        using var options = new OrtCUDAProviderOptions();
        options.UpdateOptions(new CudaSettings { MemoryLimit = 1L << 30 }.For(new Device(DeviceKind.Cuda)));
        options.GetOptions().ShouldContain("prefer_nhwc");
    }
}
