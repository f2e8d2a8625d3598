using DiffusionHub.Inference;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Safety;

namespace DiffusionHub.Pipelines.Tests.Safety;

public sealed class PictureClassifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-classifier-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0.9f, 0.1f, 0.1f, 64, 64, "red")]
    [InlineData(0.1f, 0.6f, 0.1f, 200, 40, "green")]
    [InlineData(0.1f, 0.1f, 0.9f, 31, 97, "blue")]
    [InlineData(1.5f, 1.5f, 1.5f, 16, 16, "white")]
    public void Weights_of_a_known_network_tell_what_is_there(float red, float green, float blue, int width, int height, string label)
    {
        using var classifier = PictureClassifier.Load(Path.Combine(Root(), "tests", "Shared", "models", "colours"));
        var seen = classifier.Classify(Plain(red, green, blue, width, height), 0);
        seen.Sum().ShouldBe(1, 1e-5);
        classifier.Labels[Array.IndexOf(seen, seen.Max())].ShouldBe(label);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    public void Exported_graph_tells_what_is_there(int side)
    {
        Folder(side);
        using var classifier = PictureClassifier.Load(_folder);
        // Normalised with 0.5 and 0.25: 2, −2 and 0.
        var seen = classifier.Classify(Plain(1, 0, 0.5f, 40, 30), 0);
        classifier.Labels.ShouldBe(["red", "green", "blue"]);
        var sum = Math.Exp(2) + Math.Exp(-2) + 1;
        seen.Select((value, i) => value - (new[] { Math.Exp(2), Math.Exp(-2), 1 }[i] / sum)).ShouldAllBe(error => Math.Abs(error) < 1e-4);
    }

    [Fact]
    public void Labels_that_may_all_be_true_have_probabilities_of_their_own()
    {
        Folder(24, config: """{"id2label":{"0":"red","1":"green","2":"blue"},"problem_type":"multi_label_classification"}""");
        using var classifier = PictureClassifier.Load(_folder);
        classifier.IsMultiple.ShouldBeTrue();
        classifier.Classify(Plain(1, 0, 0.5f, 24, 24), 0)[0].ShouldBe((float)(1 / (1 + Math.Exp(-2))), 1e-4f);
    }

    [Fact]
    public void Only_the_picture_that_is_meant_counts()
    {
        Folder(24);
        using var classifier = PictureClassifier.Load(_folder);
        var (red, blue) = (Plain(1, 0, 0, 8, 8), Plain(0, 0, 1, 8, 8));
        var both = red with { Values = [.. red.Values, .. blue.Values], Count = 2 };
        classifier.Classify(both, 1).ShouldBe(classifier.Classify(blue, 0));
    }

    [Fact]
    public void What_is_no_number_is_no_answer()
    {
        // √ of a negative mean.
        Folder(24, logits: "Sqrt");
        Should.Throw<InferenceException>(() => PictureClassifier.Load(_folder)).Message.ShouldContain("no number");
    }

    [Theory]
    [InlineData("""{"id2label":{"0":"red"}}""", true)]
    [InlineData("""{}""", false)]
    [InlineData("""{"id2label":{"0":"red","1":"green","2":"blue"},"problem_type":"regression"}""", false)]
    [InlineData("not JSON", false)]
    public void Folder_that_contradicts_itself_is_refused(string config, bool atRun)
    {
        Folder(24, config: config);
        var fault = Should.Throw<Exception>(() => PictureClassifier.Load(_folder));
        (fault is InferenceException).ShouldBe(atRun, fault.ToString());
        (fault is InferenceException or ModelFolderException).ShouldBeTrue();
    }

    [Fact]
    public void Missing_folder_and_other_networks_are_refused()
    {
        Should.Throw<ModelFolderException>(() => PictureClassifier.Load(Path.Combine(_folder, "none")));
        File.WriteAllText(Path.Combine(_folder, "config.json"), """{"architectures":["SwinForImageClassification"],"id2label":{"0":"a"}}""");
        Should.Throw<ModelFolderException>(() => PictureClassifier.Load(_folder)).Message.ShouldContain("model.onnx");
    }

    private void Folder(int side, string config = """{"id2label":{"0":"red","1":"green","2":"blue"}}""", string logits = "Identity")
    {
        TinyOnnx.Write(Path.Combine(_folder, "model.onnx"), side, logits);
        File.WriteAllText(Path.Combine(_folder, "config.json"), config);
        File.WriteAllText(Path.Combine(_folder, "preprocessor_config.json"), """{"image_processor_type":"ViTImageProcessor","size":{"height":24,"width":24},"image_mean":[0.5,0.5,0.5],"image_std":[0.25,0.25,0.25]}""");
    }

    private static PictureBatch Plain(float red, float green, float blue, int width, int height) =>
        new([.. Enumerable.Range(0, width * height).SelectMany(_ => new[] { red, green, blue })], 1, width, height, new RunTimings(default, default, default));

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "DiffusionHub.sln")))
        {
            at = at.Parent!;
        }

        return at.FullName;
    }
}
