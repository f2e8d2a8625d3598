using System.Text.Json.Nodes;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Stages;

namespace DiffusionHub.Pipelines.Tests;

/// <summary>What image encoders, depth estimators and depth-guided UNets get.</summary>
public sealed class PreprocessingTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-preprocessor-");

    public void Dispose() => folder.Delete(recursive: true);

    // Weights of the middle pixels of a picture halved: Keys' cubic at distances of a quarter pixel and so on, a = −½.
    [Fact]
    public void A_halved_picture_has_the_weights_of_the_cubic()
    {
        var line = new byte[3 * 16];
        line[3 * 8] = 255;
        var halved = ByteBicubic.Resize(new RgbImage(16, 1, line), 8, 1);
        Enumerable.Range(0, 8).Select(i => (int)halved.Pixels[3 * i]).ShouldBe([0, 0, 0, 29, 111, 0, 0, 0]);
        ByteBicubic.Resize(new RgbImage(1, 16, line), 1, 8).Pixels.ShouldBe(halved.Pixels);
    }

    [Theory]
    [InlineData(7, 5, 4, 9)]
    [InlineData(4, 4, 8, 8)]
    [InlineData(30, 20, 3, 2)]
    public void An_even_picture_stays_even_whatever_its_size(int width, int height, int newWidth, int newHeight)
    {
        var picture = new RgbImage(width, height, [.. Enumerable.Range(0, width * height).SelectMany(_ => new byte[] { 10, 128, 255 })]);
        var resized = ByteBicubic.Resize(picture, newWidth, newHeight);
        (resized.Width, resized.Height).ShouldBe((newWidth, newHeight));
        resized.Pixels.Chunk(3).ShouldAllBe(pixel => pixel[0] == 10 && pixel[1] == 128 && pixel[2] == 255);
    }

    [Fact]
    public void A_picture_for_CLIP_is_resized_by_its_shorter_side_cut_and_normalised()
    {
        var preprocessor = Read("""{"image_processor_type":"CLIPImageProcessor","size":{"shortest_edge":4},"crop_size":{"height":4,"width":4},"image_mean":[0.5,0.25,0],"image_std":[0.5,0.25,1]}""");
        var (planes, height, width) = preprocessor.Prepare(Columns(16, 8));
        (height, width, planes.Length).ShouldBe((4, 4, 48));

        // Of columns that are 8 wide after the resizing, 2 are cut on each side.
        var sized = ByteBicubic.Resize(Columns(16, 8), 8, 4);
        for (var x = 0; x < 4; x++)
        {
            planes[x].ShouldBe(((sized.Pixels[3 * (x + 2)] / 255f) - 0.5f) / 0.5f, 1e-6);
            planes[16 + x].ShouldBe(((sized.Pixels[(3 * (x + 2)) + 1] / 255f) - 0.25f) / 0.25f, 1e-6);
        }
    }

    [Theory]
    [InlineData("\"size\":{\"height\":64,\"width\":64}", 64, 64)]
    [InlineData("\"size\":64", 64, 64)]
    [InlineData("\"size\":64,\"ensure_multiple_of\":24", 72, 72)]
    [InlineData("\"size\":64,\"keep_aspect_ratio\":true,\"ensure_multiple_of\":32", 32, 64)]
    [InlineData("\"do_resize\":false", 16, 32)]
    public void A_picture_for_a_depth_estimator_has_the_sides_that_the_config_asks_for(string members, int height, int width)
    {
        var preprocessor = Read($$"""{"image_processor_type":"DPTImageProcessor","image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],{{members}}}""");
        var (planes, rows, columns) = preprocessor.Prepare(Columns(32, 16));
        (rows, columns, planes.Length).ShouldBe((height, width, 3 * height * width));
    }

    [Theory]
    [InlineData("image_processor_type", "\"ViTImageProcessor\"", "CLIPImageProcessor")]
    [InlineData("resample", "2", "3")]
    [InlineData("do_normalize", "false", "do_normalize")]
    [InlineData("image_mean", "[0.5]", "image_mean")]
    [InlineData("size", "{\"longest_edge\":4}", "damaged")]
    public void A_preprocessor_beyond_the_hub_is_refused(string key, string value, string says)
    {
        var json = JsonNode.Parse("""{"image_processor_type":"DPTImageProcessor","image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"size":{"height":64,"width":64}}""")!;
        json[key] = JsonNode.Parse(value);
        var message = Should.Throw<ModelFolderException>(() => Read(json.ToJsonString())).Message;
        new[] { says, "preprocessor_config.json" }.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    // torch.nn.functional.interpolate(…, mode="bicubic") in float64 of u = (31·i² + 7·i) mod 97 / 97, (3, 4) to (2, 5).
    [Fact]
    public void A_depth_map_is_resized_as_PyTorch_does_it_and_spread()
    {
        float[] depth = [.. Enumerable.Range(0, 12).Select(i => ((31 * i * i) + (7 * i)) % 97 / 97f)];
        float[] expected = [-0.9473851f, -0.3246282f, 0.4765847f, 0.1937931f, -1.0000000f, -0.8847967f, -0.0637729f, 1.0000000f, 0.9797683f, -0.0157578f];
        var channel = DepthMap.Channel(depth, 3, 4, 2, 5);
        channel.Length.ShouldBe(10);
        for (var i = 0; i < 10; i++)
        {
            channel[i].ShouldBe(expected[i], 1e-6);
        }

        (channel.Min(), channel.Max()).ShouldBe((-1f, 1f));
    }

    [Fact]
    public void Where_all_is_equally_deep_the_map_is_still_of_numbers() =>
        DepthMap.Channel([3, 3, 3, 3], 2, 2, 4, 4).ShouldAllBe(value => value == -1);

    private static RgbImage Columns(int width, int height) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(i => new[] { (byte)(i % width * 7), (byte)(255 - (i % width)), (byte)40 })]);

    private PicturePreprocessor Read(string json)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "preprocessor_config.json"), json);
        return PicturePreprocessor.Read(new ModelFolder(folder.FullName), "preprocessor_config.json");
    }
}
