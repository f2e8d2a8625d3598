using DiffusionHub.Inference.Devices;
using DiffusionHub.Inference.Devices.Cuda;
using DiffusionHub.Inference.Exported;
using DiffusionHub.Inference.Tests.Exported;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference.Tests.Devices;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", DeviceKind.Cpu, 0, "cpu")]
    [InlineData("cuda", DeviceKind.Cuda, 0, "cuda:0")]
    [InlineData("cuda:7", DeviceKind.Cuda, 7, "cuda:7")]
    [InlineData("tensorrt:1", DeviceKind.TensorRt, 1, "tensorrt:1")]
    [InlineData("webgpu:0", DeviceKind.WebGpu, 0, "webgpu:0")]
    public void Known_spellings_are_read_and_shown(string spelling, DeviceKind kind, int number, string name)
    {
        var device = Device.Of(spelling);
        device.ShouldBe(new Device(kind, number));
        device.Name.ShouldBe(name);
        device.IsGpu.ShouldBe(kind != DeviceKind.Cpu);
        device.UsualPrecision.ShouldBe(kind is DeviceKind.Cuda or DeviceKind.TensorRt ? Precision.Float16 : Precision.Float32);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tpu")]
    [InlineData("CUDA")]
    [InlineData("cpu:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:1000")]
    [InlineData("cuda:99999999999")]
    public void Anything_else_is_refused_with_what_there_is(string spelling) =>
        Should.Throw<DeviceException>(() => Device.Of(spelling)).Message.ShouldBe($"There is no device “{spelling}”. Use auto, cpu, cuda:N, tensorrt:N or webgpu:N.");

    [Fact]
    public void A_single_graph_is_not_loaded_on_a_device_that_is_not_there()
    {
        Assert.SkipWhen(File.Exists("/dev/nvidia0"), "There is an NVIDIA GPU here.");
        using var model = TestModel.Unet().Write();
        Should.Throw<DeviceException>(() => Graph.Load(model.Path, new Device(DeviceKind.Cuda, 1))).Message.ShouldStartWith("The device cuda:1 cannot be used: ");
        Should.Throw<DeviceException>(() => Graph.LoadExported(model.Path, GraphRole.Unet, device: new Device(DeviceKind.Cuda))).Message.ShouldContain("NVIDIA");
    }

    [Theory]
    [InlineData(DeviceKind.Cuda)]
    [InlineData(DeviceKind.TensorRt)]
    public void What_the_runtime_says_of_a_provider_that_it_cannot_load_is_passed_on(DeviceKind kind)
    {
        Assert.SkipWhen(File.Exists("/dev/nvidia0"), "There is an NVIDIA GPU here.");
        _ = InferenceRuntime.Version;
        using var options = new SessionOptions();
        var message = Should.Throw<DeviceException>(() => DeviceProviders.Add(options, new Device(kind), CudaSettings.Default)).Message;
        message.ShouldStartWith($"ONNX Runtime cannot use the device {new Device(kind)}. It says: ");
        message.ShouldContain("libonnxruntime_providers");
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_before_the_runtime_is_asked()
    {
        Assert.SkipWhen(File.Exists("/dev/nvidia0"), "There is an NVIDIA GPU here.");
        var message = Should.Throw<DeviceException>(() => InferenceRuntime.Device = Device.Of("cuda:0")).Message;
        message.ShouldStartWith("The device cuda:0 cannot be used: ");
        message.ShouldContain("NVIDIA");
        InferenceRuntime.Device.ShouldBe(Device.Cpu);
        Device.Of(Device.Auto).ShouldBe(Device.Cpu);
        Should.Throw<DeviceException>(() => InferenceRuntime.Device = Device.Of("tensorrt:0")).Message.ShouldContain("NVIDIA");
    }
}
