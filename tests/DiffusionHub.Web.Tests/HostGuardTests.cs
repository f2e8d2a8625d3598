using DiffusionHub.Data.Settings;
using DiffusionHub.Web.Shared.Net;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class HostGuardTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.2", "127.0.0.2", true)]
    [InlineData("127.0.0.1", "[::1]", true)]
    [InlineData("127.0.0.1", "192.168.1.7", false)]
    [InlineData("127.0.0.1", "evil.example", false)]
    [InlineData("0.0.0.0", "192.168.1.7", true)]
    [InlineData("0.0.0.0", "evil.example", false)]
    [InlineData("0.0.0.0", "pictures.example", true)]
    [InlineData("0.0.0.0", "PICTURES.example", true)]
    [InlineData("0.0.0.0", "", false)]
    public void Hub_answers_to_its_own_names_only(string listen, string host, bool own) =>
        HostGuard.IsOwn(host, new HubSettings { DataFolder = "/tmp", Listen = listen, Hosts = ["pictures.example"] }).ShouldBe(own);
}
