using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace DiffusionHub.Architecture.Tests;

/// <summary>docker-compose.yml, read as YAML with its anchors merged in.</summary>
internal static class ComposeFile
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(Solution.Root, "docker-compose.yml"));

    private static readonly Dictionary<object, object> Whole =
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(Text))));

    public static IReadOnlyDictionary<string, Service> Services { get; } =
        Map(Whole["services"]).ToDictionary(s => (string)s.Key, s => new Service(Map(s.Value)), StringComparer.Ordinal);

    public static IReadOnlyList<string> Volumes { get; } = [.. Map(Whole["volumes"]).Keys.Cast<string>()];

    private static Dictionary<object, object> Map(object? node) => (Dictionary<object, object>?)node ?? [];

    /// <summary>One service.</summary>
    internal sealed class Service(Dictionary<object, object> node)
    {
        public string? Image => node.GetValueOrDefault("image") as string;

        /// <summary>Context, target and so on; empty when it is not built here.</summary>
        public IReadOnlyDictionary<string, string> Build => Texts("build");

        public IReadOnlyDictionary<string, string> Environment => Texts("environment");

        public IReadOnlyList<string> Command => List("command");

        public IReadOnlyList<string> Ports => List("ports");

        public IReadOnlyList<string> Volumes => List("volumes");

        public IReadOnlyList<string> HealthTest => node.TryGetValue("healthcheck", out var check) ? Items(Map(check)["test"]) : [];

        /// <summary>Services waited for, with the condition.</summary>
        public IReadOnlyDictionary<string, string> DependsOn =>
            Map(node.GetValueOrDefault("depends_on")).ToDictionary(d => (string)d.Key, d => (string)Map(d.Value)["condition"], StringComparer.Ordinal);

        private Dictionary<string, string> Texts(string key) =>
            Map(node.GetValueOrDefault(key)).ToDictionary(e => (string)e.Key, e => (string)e.Value, StringComparer.Ordinal);

        private IReadOnlyList<string> List(string key) => Items(node.GetValueOrDefault(key));

        private static IReadOnlyList<string> Items(object? items) => [.. ((List<object>?)items ?? []).Cast<string>()];
    }
}
