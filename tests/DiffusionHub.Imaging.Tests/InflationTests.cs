using System.Diagnostics;

namespace DiffusionHub.Imaging.Tests;

/// <summary>Alone, as it looks at the memory of the whole process.</summary>
[CollectionDefinition(nameof(InflationTests), DisableParallelization = true)]
[Collection(nameof(InflationTests))]
public sealed class InflationTests
{
    [Fact]
    public void Texts_that_inflate_without_end_do_not()
    {
        var bomb = Hostile.PngOfOneColour(8, 8, 8, [.. Enumerable.Repeat(Hostile.TextBomb(8_000_000), 200)]);
        using var before = Process.GetCurrentProcess();
        ImageCodec.Decode(bomb).Width.ShouldBe(8);
        // All of them would be 1.6 GB.
        using var after = Process.GetCurrentProcess();
        (after.PeakWorkingSet64 - before.PeakWorkingSet64).ShouldBeLessThan(400_000_000);
    }
}
