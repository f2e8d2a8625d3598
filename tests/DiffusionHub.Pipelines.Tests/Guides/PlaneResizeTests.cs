using DiffusionHub.Pipelines.Guides;

namespace DiffusionHub.Pipelines.Tests.Guides;

public sealed class PlaneResizeTests
{
    // torch.nn.functional.interpolate(…, mode="bilinear", antialias=True) of sin(1.7·i).
    private static readonly float[] Smaller =
    [
        0.26303982734680176f, -0.06403831392526627f, 0.027071140706539154f, 0.15571342408657074f, -0.2834976613521576f, 0.33034542202949524f,
        -0.35116398334503174f, 0.5193163156509399f, -0.5585535764694214f, 0.4083857238292694f, -0.39311909675598145f, 0.3856147825717926f,
    ];

    private static readonly float[] LargersFirstRow =
    [
        0, 0.6611099243164062f, 0.4373510479927063f, -0.4044909179210663f, -0.9258145689964294f, 0.17857380211353302f, 0.6632100343704224f, 0.2990327477455139f, -0.6998752355575562f,
    ];

    private static readonly float[] Plane = [.. Enumerable.Range(0, 35).Select(i => MathF.Sin(i * 1.7f))];

    [Fact]
    public void It_is_PyTorchs_antialiased_interpolation()
    {
        TestFiles.Error(Resized(Plane, 7, 5, 7, 3, 4), Smaller).ShouldBeLessThan(1e-6);
        TestFiles.Error(Resized(Plane, 7, 5, 7, 8, 9).AsSpan(0, 9), LargersFirstRow).ShouldBeLessThan(1e-6);
        Resized(Plane, 7, 5, 7, 5, 7).ShouldBe(Plane);
    }

    [Fact]
    public void A_part_of_a_plane_is_resized_by_itself()
    {
        float[] part = [.. Enumerable.Range(0, 12).Select(i => Plane[((1 + (i / 4)) * 7) + 2 + (i % 4)])];
        Resized(Plane.AsSpan(9), 7, 3, 4, 2, 3).ShouldBe(Resized(part, 4, 3, 4, 2, 3));
    }

    // ⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩.
    [Theory]
    [InlineData(5, 7, 3, 4)]
    [InlineData(5, 7, 8, 9)]
    [InlineData(4, 4, 2, 11)]
    [InlineData(1, 6, 3, 1)]
    public void Its_adjoint_is_one(int height, int width, int rows, int columns)
    {
        const int stride = 9;
        float[] x = Wave(((height - 1) * stride) + width, 1.3), y = Wave(rows * columns, 2.1);
        var back = new float[x.Length];
        new PlaneResize(height, width, rows, columns).AddAdjoint(y, back, stride);
        Dot(Resized(x, stride, height, width, rows, columns), y).ShouldBe(Dot(x, back), 1e-5);

        // What is there already stays.
        new PlaneResize(height, width, rows, columns).AddAdjoint(y, back, stride);
        Dot(x, back).ShouldBe(2 * Dot(Resized(x, stride, height, width, rows, columns), y), 2e-5);
    }

    private static float[] Resized(ReadOnlySpan<float> plane, int stride, int height, int width, int rows, int columns)
    {
        var result = new float[rows * columns];
        new PlaneResize(height, width, rows, columns).Apply(plane, stride, result);
        return result;
    }

    private static float[] Wave(int count, double step) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin((i * step) + (i * i * 0.1)))];

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
