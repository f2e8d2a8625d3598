namespace DiffusionHub.Security;

/// <summary>Every endpoint of the web node and what it needs. One that is not here fails <see cref="MatrixTests"/>: say here who may call it.</summary>
internal static class Matrix
{
    public static IReadOnlyDictionary<string, Need> Endpoints { get; } = new Dictionary<string, Need>(StringComparer.Ordinal)
    {
    };
}
