namespace DiffusionHub.People;

/// <summary>Statements that lie in files of their own.</summary>
internal static class PeopleSql
{
    public static string Read(string name)
    {
        using var stream = typeof(PeopleSql).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
