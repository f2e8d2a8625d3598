namespace DiffusionHub.Sampling.Samplers;

/// <summary>Small systems of linear equations, by Gauss's elimination with the largest pivot.</summary>
internal static class LinearEquations
{
    /// <summary>Solves A·y = b in place: <paramref name="b"/> becomes y, <paramref name="a"/> (n×n, row by row) is used up.</summary>
    public static void Solve(Span<double> a, Span<double> b)
    {
        var n = b.Length;
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < n; row++)
            {
                pivot = Math.Abs(a[(row * n) + column]) > Math.Abs(a[(pivot * n) + column]) ? row : pivot;
            }

            for (var k = 0; k < n && pivot != column; k++)
            {
                (a[(column * n) + k], a[(pivot * n) + k]) = (a[(pivot * n) + k], a[(column * n) + k]);
            }

            (b[column], b[pivot]) = (b[pivot], b[column]);
            for (var row = column + 1; row < n; row++)
            {
                var factor = a[(row * n) + column] / a[(column * n) + column];
                for (var k = column; k < n; k++)
                {
                    a[(row * n) + k] -= factor * a[(column * n) + k];
                }

                b[row] -= factor * b[column];
            }
        }

        for (var row = n - 1; row >= 0; row--)
        {
            for (var k = row + 1; k < n; k++)
            {
                b[row] -= a[(row * n) + k] * b[k];
            }

            b[row] /= a[(row * n) + row];
        }
    }
}
