using DiffusionHub.Pipelines.Previews;

namespace DiffusionHub.Pipelines.Tests.Previews;

public sealed class LinearFitTests
{
    private const int Factor = 8;
    private static readonly LatentShape Shape = new(1, 4, 24, 40);
    private static readonly float[][] Map = [[0.1f, -0.2f, 0.05f, 0.3f, 0.5f], [-0.15f, 0.1f, 0.2f, -0.1f, 0.4f], [0.25f, 0.02f, -0.3f, 0.1f, 0.6f]];

    [Fact]
    public void Known_map_is_recovered()
    {
        var fit = new LinearFit(4);
        var latents = Noise(3, Shape.Length);
        fit.Add(latents, Shape, Picture(latents, grain: 0), Factor);
        var rows = fit.Solve().ShouldNotBeNull().Rows;
        TestFiles.Error([.. rows.SelectMany(row => row)], [.. Map.SelectMany(row => row)]).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Grain_within_a_latents_pixels_does_not_matter_and_more_pictures_bring_it_nearer()
    {
        var fit = new LinearFit(4);
        var errors = new List<double>();
        for (var i = 0; i < 16; i++)
        {
            var latents = Noise(i, Shape.Length);
            fit.Add(latents, Shape, Picture(latents, grain: 0.3f), Factor);
            errors.Add(TestFiles.Error([.. fit.Solve()!.Rows.SelectMany(row => row)], [.. Map.SelectMany(row => row)]));
        }

        errors[0].ShouldBeLessThan(1e-2);
        errors[^1].ShouldBeLessThan(3e-3);
        fit.Pictures.ShouldBe(16);
    }

    [Fact]
    public void Nothing_is_known_before_the_first_picture_nor_after_one_of_no_numbers()
    {
        var fit = new LinearFit(4);
        fit.Solve().ShouldBeNull();
        var latents = Noise(1, Shape.Length);
        var picture = Picture(latents, 0);
        picture[5] = float.NaN;
        fit.Add(latents, Shape, picture, Factor);
        fit.Solve().ShouldBeNull();
    }

    // A plain picture, and a channel that never changes: the map must not blow up on what it has not seen.
    [Fact]
    public void Plain_picture_gives_a_plain_preview()
    {
        var fit = new LinearFit(4);
        var plain = new float[Shape.Length * Factor * Factor * 3 / 4];
        Array.Fill(plain, 0.25f);
        fit.Add(new float[Shape.Length], Shape, plain, Factor);
        var shown = fit.Solve().ShouldNotBeNull().Render(Noise(1, Shape.Length), Shape);
        shown.Pixels.ShouldAllBe(value => Math.Abs(value - 64) <= 1);
    }

    private static float[] Picture(float[] latents, float grain)
    {
        var (plane, width) = (Shape.Height * Shape.Width, Shape.Width * Factor);
        var noise = Noise(99, plane * Factor * Factor * 3);
        var picture = new float[noise.Length];
        for (var i = 0; i < picture.Length; i++)
        {
            var (colour, x, y) = (i % 3, i / 3 % width, i / 3 / width);
            var at = (y / Factor * Shape.Width) + (x / Factor);
            var row = Map[colour];
            picture[i] = row[4] + (row[0] * latents[at]) + (row[1] * latents[plane + at]) + (row[2] * latents[(2 * plane) + at]) + (row[3] * latents[(3 * plane) + at]) + (grain * noise[i]);
        }

        return picture;
    }

    private static float[] Noise(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
