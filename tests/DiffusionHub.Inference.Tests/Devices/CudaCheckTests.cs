using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Cuda;

namespace DiffusionHub.Inference.Tests.Devices;

/// <summary>What machines lack, one thing at a time: the message names it, and the first thing to mend comes first.</summary>
public sealed class CudaCheckTests
{
    private static readonly CudaDevice Gpu = new("NVIDIA H200", 141L << 30, new(9, 0));
    private static readonly CudaHost Whole = new(new CudaDriver(0, new(13, 0), [Gpu, Gpu]), [], "/hub", null, ["/opt/nvidia/lib"]);

    [Fact]
    public void A_whole_machine_is_taken()
    {
        CudaCheck.Fault(Whole, 1).ShouldBeNull();
        Device.Best(Whole).ShouldBe(new Device(DeviceKind.Cuda));
    }

    [Fact]
    public void A_missing_driver_comes_before_missing_files() =>
        Says(Whole with { Driver = null, Missing = ["libonnxruntime_providers_cuda.so"] }, "no NVIDIA driver", "libcuda.so.1", "580");

    [Fact]
    public void A_driver_that_does_not_answer_names_its_error() => Says(Whole with { Driver = Whole.Driver! with { Fault = 999 } }, "CUDA error 999", "nvidia-smi");

    [Fact]
    public void No_visible_GPU_names_the_variable() => Says(Whole with { Driver = Whole.Driver! with { Devices = [] } }, "CUDA_VISIBLE_DEVICES");

    [Fact]
    public void A_number_too_high_lists_what_there_is()
    {
        CudaCheck.Fault(Whole, 2)!.ShouldContain("no GPU number 2");
        CudaCheck.Fault(Whole, 2)!.ShouldContain("cuda:0 (NVIDIA H200), cuda:1 (NVIDIA H200)");
    }

    [Fact]
    public void An_old_driver_names_both_versions() => Says(Whole with { Driver = Whole.Driver! with { Version = new(12, 8) } }, "12.8", "13.0", "580");

    [Fact]
    public void An_old_GPU_names_both_capabilities() =>
        Says(Whole with { Driver = Whole.Driver! with { Devices = [Gpu with { Name = "Tesla V100", Capability = new(7, 0) }] } }, "Tesla V100", "7.0", "7.5");

    [Fact]
    public void A_missing_provider_library_names_the_command() =>
        Says(Whole with { Missing = ["libonnxruntime_providers_cuda.so"] }, "libonnxruntime_providers_cuda.so", "/hub", "./hub --cuda");

    [Fact]
    public void A_missing_CUDA_library_names_where_it_was_looked_for() =>
        Says(Whole with { Unfound = "libcudnn.so.9" }, "libcudnn.so.9", "HUB_CUDA_PATH", "/opt/nvidia/lib", "nvidia-cudnn-cu13");

    private static void Says(CudaHost host, params string[] words)
    {
        var fault = CudaCheck.Fault(host, 0);
        fault.ShouldNotBeNull();
        words.ShouldAllBe(word => fault.Contains(word, StringComparison.Ordinal), fault);
        Device.Best(host).ShouldBe(Device.Cpu);
    }
}
