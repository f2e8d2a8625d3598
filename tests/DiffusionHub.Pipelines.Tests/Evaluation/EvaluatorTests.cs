using System.Text.Json.Nodes;
using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Evaluation;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hub-evaluator-");
    private readonly string folder;

    public EvaluatorTests() => folder = EvaluatorFiles.New(Path.Combine(root.FullName, Evaluator.FolderName));

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void It_sees_pictures_and_reads_captions_in_one_space()
    {
        using var evaluator = Evaluator.Load(folder);
        var (one, other) = (evaluator.See(Striped(128, 8)), evaluator.See(Striped(128, 32)));
        one.Features.Length.ShouldBe(evaluator.Features);
        one.Features.ShouldAllBe(value => value >= 0);
        one.Features.ShouldNotBe(other.Features);
        Math.Sqrt(one.Vector.Sum(value => value * value)).ShouldBe(1, 1e-5);
        var (apple, pizza) = (evaluator.Read("red apple, fluent style"), evaluator.Read("pizza, noto style"));
        apple.Length.ShouldBe(one.Vector.Length);
        apple.ShouldNotBe(pizza);
        one.Sharpness.ShouldBeGreaterThan(other.Sharpness, "it has more stripes");
        // Fifteen edges from black to white and back in 128 columns.
        one.Sharpness.ShouldBe(15 / 128.0, 1e-6);
    }

    [Fact]
    public void A_larger_picture_is_measured_at_its_own_side()
    {
        using var evaluator = Evaluator.Load(folder);
        var (small, large) = (evaluator.See(Striped(128, 16)), evaluator.See(Striped(256, 32)));
        large.Sharpness.ShouldBe(small.Sharpness, 0.01);
    }

    [Fact]
    public void A_picture_of_which_nothing_is_seen_has_no_direction()
    {
        var path = Path.Combine(folder, "model.safetensors");
        var weights = WeightFile.Read(path);
        var shape = weights.Shape("visual_projection.weight");
        weights.With("visual_projection.weight", shape, new float[shape[0] * shape[1]]).Write(path);
        using var evaluator = Evaluator.Load(folder);
        evaluator.See(Striped(128, 8)).Vector.ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void The_reference_is_what_its_files_say()
    {
        using var evaluator = Evaluator.Load(folder);
        var reference = evaluator.Reference;
        reference.Captions.ShouldBe(EvaluatorFiles.Captions);
        reference.Grid.Count.ShouldBe(3);
        (reference.Sharpness, reference.About, reference.Licence).ShouldBe((0.04, "Random numbers.", "MIT"));
        reference.Ceiling.ShouldBe(new Retrieval(0.5, 0.75, 40));
        reference.Features[1].ShouldBe(37 * 0.01f);
        reference.FeaturesOf(1)[2].ShouldBe(18 * 37 % 128 * 0.01f);
        reference.Moments.Covariance[3, 3].ShouldBe(0.1, 1e-6);
    }

    [Theory]
    [InlineData("config.json", "missing")]
    [InlineData("captions.txt", "missing")]
    [InlineData("reference.safetensors", "missing")]
    [InlineData("model.safetensors", "missing")]
    [InlineData("vocab.json", "missing")]
    public void A_folder_that_lacks_a_file_is_refused(string name, string says)
    {
        File.Delete(Path.Combine(folder, name));
        Refused(name, says);
    }

    [Theory]
    [InlineData("captions.txt", "one\n", "two lines")]
    [InlineData("captions.txt", "one\ntwo\n", "pictures", "2")]
    [InlineData("reference.json", "[", "JSON")]
    [InlineData("reference.json", "{}", "JSON")]
    [InlineData("model.safetensors", "ten bytes!", "safetensors")]
    [InlineData("preprocessor_config.json", "{}", "image_processor_type")]
    [InlineData("tokenizer_config.json", "{\"model_max_length\":77}", "model_max_length", "32")]
    public void A_folder_with_a_file_that_is_not_what_it_should_be_is_refused(string name, string content, params string[] says)
    {
        File.WriteAllText(Path.Combine(folder, name), content);
        Refused(says);
    }

    [Theory]
    [InlineData("reference.json", "sharpness", "0", "above 0")]
    [InlineData("reference.json", "pictures", "7", "6")]
    [InlineData("reference.json", "retrieval", "{\"top1\":2,\"top5\":1,\"captions\":4}", "retrieval.top1")]
    [InlineData("reference.json", "about", "null", "about")]
    [InlineData("config.json", "projection_dim", "9", "visual_projection.weight")]
    [InlineData("config.json", "text_config", "{\"model_type\":\"clip_text_model\",\"vocab_size\":100}", "vocab_size", "more than")]
    public void A_member_that_cannot_be_is_refused(string name, string member, string value, params string[] says)
    {
        var path = Path.Combine(folder, name);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json[member] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
        Refused(says);
    }

    [Fact]
    public void Features_of_other_pictures_or_widths_or_all_the_same_are_refused()
    {
        var path = Path.Combine(folder, "reference.safetensors");
        ModelFiles.Change(path, bytes => bytes.AsSpan(HeaderEnd(bytes), EvaluatorFiles.Features * EvaluatorFiles.Captions.Count).Fill(5));
        Refused("reference.safetensors", "the same");
        ModelFiles.ChangeHeader(path, header => header["features"]!["shape"] = new JsonArray(EvaluatorFiles.Features, EvaluatorFiles.Captions.Count));
        Refused("reference.safetensors", "features", "[6, 16]", "[16, 6]");
    }

    private void Refused(params string[] says)
    {
        var message = Should.Throw<ModelFolderException>(() => Evaluator.Load(folder)).Message;
        says.ShouldAllBe(text => message.Contains(text, StringComparison.Ordinal), message);
    }

    private static int HeaderEnd(byte[] bytes) => 8 + (int)BitConverter.ToInt64(bytes);

    // Columns of black and white, so many pixels wide.
    private static RgbImage Striped(int side, int stripe) => new(side, side, [.. Enumerable.Range(0, side * side * 3).Select(i => (byte)(i / 3 % side / stripe % 2 * 255))]);
}
