using DiffusionHub.Imaging;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Families;

/// <summary>A tiny model of a family, and pictures for it.</summary>
public abstract class FamilyTest : IDisposable
{
    private IPipeline? loaded;

    protected TestModels Models { get; } = new();

    protected abstract string Folder { get; }

    protected IPipeline Model => loaded ??= TestModels.Load(Folder);

    public void Dispose()
    {
        loaded?.Dispose();
        Models.Dispose();
        GC.SuppressFinalize(this);
    }

    protected float[] Run(PictureRequest request) => Model.Run(request).Values;

    protected static ModelDescription Describe(string folder) => KnownFamilies.Describe(ModelSource.At(folder));

    protected void Refused(PictureRequest request, string field, params string[] said)
    {
        var fault = Should.Throw<UnfitRequestException>(() => Model.Run(request));
        fault.Field.ShouldBe(field);
        said.ShouldAllBe(word => fault.Message.Contains(word, StringComparison.Ordinal), fault.Message);
    }

    protected void IsThePictureOfItsSeed(PictureRequest request)
    {
        var batch = Run(request with { Count = 2 });
        var alone = Run(request with { Seed = request.Seed + 1 });
        TestFiles.Error(batch.AsSpan(alone.Length), alone).ShouldBeLessThan(1e-5);
        TestFiles.Error(batch.AsSpan(0, alone.Length), alone).ShouldBeGreaterThan(1e-2);
    }

    /// <summary>Soft shapes of all colours.</summary>
    protected static RgbImage Picture(int width, int height) => RgbImage.FromFloats(width, height,
        [.. Enumerable.Range(0, width * height * 3).Select(i => 0.5f + (0.5f * MathF.Sin((i % 3) + ((i / 3 % width) * 0.31f) + (i / 3 / width * 0.17f * ((i % 3) + 1)))))]);
}
