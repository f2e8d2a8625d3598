using DiffusionHub.Inference.Devices;

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
