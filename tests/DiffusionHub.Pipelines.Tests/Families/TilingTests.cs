using DiffusionHub.Pipelines.LatentDiffusion;
using DiffusionHub.Pipelines.Tiling;

namespace DiffusionHub.Pipelines.Tests.Families;

/// <summary>Large pictures in overlapping pieces.</summary>
public sealed class TilingTests : FamilyTest
{
    private const int Large = 48;
    private string? folder;

    protected override string Folder => folder ??= TinyFamilies.Upscaler(Models);

    private static PictureRequest Request => TestModels.Request(steps: 4, guidance: 2) with { Init = Picture(24, 20), Width = 192, Height = 160, NoiseLevel = 20 };

    [Theory]
    [InlineData(5, 8, 4)]
    [InlineData(8, 8, 4)]
    [InlineData(9, 8, 4)]
    [InlineData(100, 16, 5)]
    [InlineData(2048, 128, 32)]
    [InlineData(17, 8, 0)]
    public void Pieces_cover_all_and_their_weights_add_up_to_one(int length, int tile, int overlap)
    {
        var axis = TileAxis.Of(length, tile, overlap);
        var sums = new double[length];
        for (var i = 0; i < axis.Starts.Count; i++)
        {
            var weights = axis.Weights(i);
            weights.Length.ShouldBe(Math.Min(length, tile));
            for (var j = 0; j < weights.Length; j++)
            {
                sums[axis.Starts[i] + j] += weights[j];
                weights[j].ShouldBeGreaterThan(0);
            }
        }

        sums.ShouldAllBe(sum => Math.Abs(sum - 1) < 1e-6);
        (axis.Starts[0], axis.Starts[^1] + axis.Tile).ShouldBe((0, length));
        axis.Starts.Zip(axis.Starts.Skip(1)).ShouldAllBe(pair => pair.First + axis.Tile - pair.Second >= overlap);
        axis.Starts.Count.ShouldBe(length <= tile ? 1 : (int)Math.Ceiling((length - overlap) / (double)(tile - overlap)));
    }

    [Fact]
    public void What_is_cut_and_added_again_is_what_it_was()
    {
        var grid = new TileGrid(TileAxis.Of(19, 8, 3), TileAxis.Of(30, 8, 4));
        float[] planes = [.. Enumerable.Range(0, 2 * 19 * 30).Select(i => MathF.Sin(i))];
        var (sum, pieces) = (new float[planes.Length], new float[2 * grid.Piece]);
        for (var i = 0; i < grid.Count; i++)
        {
            grid.Cut(i, planes, pieces);
            grid.Add(i, pieces, sum);
        }

        TestFiles.Error(sum, planes).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void A_picture_within_one_piece_has_the_same_bits()
    {
        var whole = Run(Request, null);
        Run(Request, new TileSize(24, 8)).ShouldBe(whole);
    }

    // Of a random model, which sees its whole plane in every pixel; a model that was trained sees mostly what is near.
    [Fact]
    public void Pieces_give_a_picture_near_the_whole_one_without_seams()
    {
        var request = Request with { Init = Picture(Large, Large), Width = 8 * Large, Height = 8 * Large };
        var whole = Run(request, null);
        var (soft, hard) = (Run(request, new TileSize(16, 8)), Run(request, new TileSize(16, 0)));
        var difference = soft.Zip(whole, (a, b) => Math.Abs((double)a - b)).Average();
        var (seams, without) = (Steps(soft, 8) / Steps(whole, 8), Steps(hard, 0) / Steps(whole, 0));
        TestContext.Current.TestOutputHelper?.WriteLine($"difference {difference:F4} of a spread of {Spread(whole):F4}; steps at borders {seams:F3} of those elsewhere, without overlap {without:F3}");
        difference.ShouldBeLessThan(0.15 * Spread(whole));
        seams.ShouldBe(1, 0.03);
        without.ShouldBeGreaterThan(1.1);
    }

    [Fact]
    public void Pieces_are_counted_and_a_run_can_be_cancelled_between_them()
    {
        var tiles = new TileSize(12, 4);
        var pieces = tiles.Grid(new LatentShape(1, 4, 20, 24))!.Count;
        pieces.ShouldBe(6);
        using var source = new CancellationTokenSource();
        var calls = 0;
        Should.Throw<OperationCanceledException>(() => Run(
            Request,
            tiles,
            (in StepProgress step) =>
            {
                calls++;
                step.Preview(0).ShouldSatisfyAllConditions(p => p.Width.ShouldBe(96), p => p.Height.ShouldBe(80));
                source.Cancel();
            },
            source.Token));
        calls.ShouldBe(1);

        var seen = new List<(int Step, int Steps)>();
        Run(Request, tiles, (in StepProgress step) => seen.Add((step.Step, step.Steps)));
        seen.ShouldBe(Enumerable.Range(1, 4 * pieces).Select(i => (i, 4 * pieces)));
    }

    [Fact]
    public void A_batch_in_pieces_is_its_pictures()
    {
        var tiles = new TileSize(12, 4);
        var batch = Run(Request with { Count = 2 }, tiles);
        var alone = Run(Request with { Seed = Request.Seed + 1 }, tiles);
        TestFiles.Error(batch.AsSpan(alone.Length), alone).ShouldBeLessThan(1e-5);
    }

    private float[] Run(PictureRequest request, TileSize? tiles, StepObserver? observer = null, CancellationToken cancellation = default)
    {
        ((LatentPipeline)Model).Tiles = tiles;
        return Model.Run(request, observer, cancellation).Values;
    }

    private static double Spread(float[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    // Step between neighbouring columns where a piece begins or ends, as a part of that between other latents' columns.
    private static double Steps(float[] picture, int overlap)
    {
        const int width = 8 * Large;
        int[] borders = [.. TileAxis.Of(Large, 16, overlap).Starts.SelectMany(start => new[] { start * 8, (start + 16) * 8 })];
        var steps = Enumerable.Range(1, Large - 1).Select(i => 8 * i).ToLookup(
            borders.Contains, x => Enumerable.Range(0, width * 3).Average(i => Math.Abs((double)picture[(3 * ((i / 3 * width) + x)) + (i % 3)] - picture[(3 * ((i / 3 * width) + x - 1)) + (i % 3)])));
        return steps[true].Average() / steps[false].Average();
    }
}
