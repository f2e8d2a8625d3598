using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;
using DiffusionHub.Pipelines.Parts;
using DiffusionHub.Pipelines.Previews;

namespace DiffusionHub.Pipelines.Tests.Previews;

/// <summary>In which way a run is shown, and that none takes longer than it may.</summary>
public sealed class PreviewWaysTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private readonly TestModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void Without_a_map_nothing_is_shown_whose_cost_nobody_knows_and_from_the_first_picture_on_the_fit()
    {
        using var model = TestModels.Load("sd15");
        Shown(model, Long).ShouldBe([null, null]);
        Shown(model, Long).ShouldBe([8, 8]);
        Shown(model, TimeSpan.Zero).ShouldBe([null, null]);
    }

    [Fact]
    public void Where_time_does_not_matter_the_decoder_shows_it()
    {
        using var model = TestModels.Load("sd15");
        Shown(model, TimeSpan.MaxValue).ShouldBe([64, 64]);
    }

    [Fact]
    public void Tiny_decoder_in_the_models_folder_goes_before_the_fit_where_there_is_time_for_it()
    {
        var folder = models.Copy("sd15");
        CopyTiny(Path.Combine(folder, "preview_decoder"));
        using var model = TestModels.Load(folder);
        Shown(model, Long).ShouldBe([64, 64]);
        Shown(model, TimeSpan.FromMicroseconds(20)).ShouldBe([8, 8]);
    }

    [Fact]
    public void Tiny_decoder_of_the_catalogue_is_taken_where_its_card_says_that_it_fits()
    {
        var entry = models.Copy("sd15", "catalogue/sd");
        CopyTiny(models.New("catalogue/taesd"));
        Card("""{"kind":"vae","fits":["StableDiffusionXl"]}""");
        IsFound("StableDiffusion 1").ShouldBeFalse();
        IsFound("StableDiffusionXl").ShouldBeTrue();
        Card("""{"kind":"vae"}""");
        IsFound("StableDiffusion 1").ShouldBeFalse();
        IsFound(null).ShouldBeFalse();
        Card("""{"kind":"vae","fits":["StableDiffusion 1", "StableDiffusion 2"]}""");
        IsFound("StableDiffusion 1").ShouldBeTrue();
        IsFound("StableDiffusionXl").ShouldBeFalse();
        IsFound(null).ShouldBeFalse();
        // What another entry lacks is not this model's fault.
        File.Delete(models.New("catalogue/taesd/diffusion_pytorch_model.safetensors"));
        IsFound("StableDiffusion 1").ShouldBeFalse();

        void Card(string card) => File.WriteAllText(models.New("catalogue/taesd/model.json"), card);

        bool IsFound(string? modelBase)
        {
            var source = ModelSource.OfEntry(entry);
            using var decoder = TinyDecoder.Load(source, ModelReader.Read(source).Vae, modelBase);
            return decoder is not null;
        }
    }

    [Fact]
    public void Tiny_decoder_of_other_latents_is_refused_by_name()
    {
        var folder = models.Copy("sd15");
        CopyTiny(Path.Combine(folder, "taesd"));
        TestModels.Edit(Path.Combine(folder, "taesd", "config.json"), json => json["latent_channels"] = 16);
        var message = Should.Throw<ModelFolderException>(() => TestModels.Load(folder)).Message;
        new[] { "taesd", "16", "4" }.ShouldAllBe(word => message.Contains(word, StringComparison.Ordinal), message);
    }

    [Fact]
    public void Cards_map_goes_before_all_unless_the_hub_fitted_it()
    {
        const string map = """[[0,0,0,0,1],[0,0,0,0,0],[0,0,0,0,0]]""";
        var folder = models.Copy("sd15");
        CopyTiny(Path.Combine(folder, "taesd"));
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{"preview":{{map}}}""");
        Shows(8);
        File.WriteAllText(Path.Combine(folder, "model.json"), $$"""{"preview":{{map}},"previewFitted":true}""");
        Shows(64);
        Directory.Delete(Path.Combine(folder, "taesd"), recursive: true);
        Shows(8);

        void Shows(int width)
        {
            using var model = TestModels.Load(folder);
            Shown(model, Long).ShouldBe([width, width]);
        }
    }

    [Fact]
    public void Fit_on_sprouts_pictures_shows_what_its_cards_map_shows()
    {
        var folder = models.New("sprout");
        foreach (var file in Directory.EnumerateFiles(TestFiles.Sprout.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ModelCard.FileName))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(TestFiles.Sprout.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        using var learner = TestModels.Load(folder);
        using var stated = KnownFamilies.Load(TestFiles.Sprout);
        foreach (var (prompt, i) in ((string[])["green tree", "blue fish", "yellow sun", "red car", "brown dog", "white cup"]).Select((prompt, i) => (prompt, i)))
        {
            learner.Run(SproutFixture.Request(prompt, seed: i));
        }

        // What neither map was made for: another thing of another colour.
        var request = SproutFixture.Request("red apple, fluent style", steps: 3, seed: 11);
        var (fit, picture) = Last(learner);
        var (card, _) = Last(stated);
        var (off, other) = (Difference(fit, picture), Difference(card, picture));
        off.ShouldBeLessThan(1.5 * other, $"fit {off}, card {other}");
        // Of 255; sixteen pixels a side show no edges.
        off.ShouldBeLessThan(30);

        (RgbImage Preview, RgbImage Picture) Last(IPipeline model)
        {
            RgbImage? last = null;
            var batch = model.Run(request, (in StepProgress step) => last = step.Preview(0, Long) ?? last);
            return (last.ShouldNotBeNull(), ImageCodec.Resize(batch.Image(0), 16, 16));
        }
    }

    private static double Difference(RgbImage one, RgbImage other)
    {
        (one.Width, one.Height).ShouldBe((other.Width, other.Height));
        return one.Pixels.Zip(other.Pixels, (a, b) => Math.Abs(a - b)).Average();
    }

    // Widths of what is shown after each of two steps.
    private static int?[] Shown(IPipeline model, TimeSpan within)
    {
        var widths = new List<int?>();
        model.Run(TestModels.Request(), (in StepProgress step) => widths.Add(step.Preview(0, within)?.Width));
        return [.. widths];
    }

    private static void CopyTiny(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(TestModels.At("taesd")).Where(file => Path.GetFileName(file) != ModelCard.FileName))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
