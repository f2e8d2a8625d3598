using DiffusionHub.Data.Settings;
using DiffusionHub.Web.Shared.Models;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class ModelThumbnailsTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("hub-thumbnails-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public void Picture_beside_the_card_is_served_and_what_a_link_points_to_is_not()
    {
        var thumbnails = new ModelThumbnails(new HubSettings { DataFolder = _data.FullName });
        var secret = Path.Combine(_data.FullName, "secret");
        File.WriteAllText(secret, "secret");
        var mine = Path.Combine(_data.CreateSubdirectory("models/mine").FullName, "thumbnail.webp");
        File.WriteAllText(mine, "picture");
        File.CreateSymbolicLink(Path.Combine(_data.CreateSubdirectory("models/theirs").FullName, "thumbnail.webp"), secret);

        thumbnails.PathOf("mine").ShouldBe(mine);
        thumbnails.PathOf("theirs").ShouldBeNull();
        thumbnails.AddressOf("theirs").ShouldBeNull();
    }
}
