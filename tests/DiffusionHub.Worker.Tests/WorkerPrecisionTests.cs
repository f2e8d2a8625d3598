using DiffusionHub.Inference.Devices;
using Shouldly;
using Xunit;

namespace DiffusionHub.Worker.Tests;

public sealed class WorkerPrecisionTests
{
    [Theory]
    [InlineData("auto", "cpu", "Float32")]
    [InlineData("auto", "cuda:0", "Float16")]
    [InlineData("fp32", "cuda:0", "Float32")]
    [InlineData("int8", "cpu", "Int8")]
    public void Setting_means_what_the_device_has(string setting, string device, string precision) =>
        WorkerPrecision.Of(setting, Device.Of(device)).ToString().ShouldBe(precision);

    [Theory]
    [InlineData("fp16", "cpu", "float32")]
    [InlineData("int8", "cuda:0", "cuda:0")]
    public void What_the_device_has_not_is_refused(string setting, string device, string said) =>
        Should.Throw<DeviceException>(() => WorkerPrecision.Of(setting, Device.Of(device))).Message.ShouldContain(said);
}
