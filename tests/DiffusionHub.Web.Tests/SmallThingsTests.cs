using System.Text.RegularExpressions;
using DiffusionHub.Web.Features.Admin;
using DiffusionHub.Web.Shared.Net;
using DiffusionHub.Web.Shared.Ui;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class SmallThingsTests
{
    [Theory]
    [InlineData(1, "1st")]
    [InlineData(2, "2nd")]
    [InlineData(3, "3rd")]
    [InlineData(4, "4th")]
    [InlineData(11, "11th")]
    [InlineData(12, "12th")]
    [InlineData(13, "13th")]
    [InlineData(21, "21st")]
    [InlineData(111, "111th")]
    [InlineData(1002, "1,002nd")]
    public void Places_in_line_read_as_English(int number, string text) => Ordinal.Of(number).ShouldBe(text);

    [Theory]
    [InlineData(-1, "just now")]
    [InlineData(1, "just now")]
    [InlineData(59, "59 s ago")]
    [InlineData(180, "3 min ago")]
    [InlineData(7300, "2 h ago")]
    public void Ages_read_as_English(int seconds, string text) =>
        AdminText.Ago(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(seconds)).ShouldBe(text);

    [Fact]
    public void Every_icon_that_the_pages_name_is_drawn()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "DiffusionHub.sln")))
        {
            root = root.Parent!;
        }

        var pages = Directory.EnumerateFiles(Path.Combine(root.FullName, "web"), "*.razor", SearchOption.AllDirectories).Select(File.ReadAllText);
        var named = pages.SelectMany(p => Regex.Matches(p, """<Icon Name="([a-z]+)" """.TrimEnd(), RegexOptions.None, TimeSpan.FromSeconds(5))).Select(m => m.Groups[1].Value).ToList();
        named.ShouldNotBeEmpty();
        named.Except(Icons.Paths.Keys, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Blazors_script_is_in_the_assembly_and_its_address_changes_with_it() =>
        BlazorScript.Address.ShouldMatch("^_framework/blazor\\.web\\.js\\?v=[0-9a-f]{12}$");
}
