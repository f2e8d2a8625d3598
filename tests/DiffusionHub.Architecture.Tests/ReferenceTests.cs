using Shouldly;
using Xunit;

namespace DiffusionHub.Architecture.Tests;

/// <summary>Who may know whom. A new reference is a decision: add it here with its reason in docs/decisions.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["DiffusionHub.OnnxRuntime"] = [],
        ["DiffusionHub.Domain"] = [],
        ["DiffusionHub.Sampling"] = [],
        ["DiffusionHub.Imaging"] = [],
        ["DiffusionHub.Postgres"] = [],
        ["DiffusionHub.Inference"] = ["DiffusionHub.OnnxRuntime"],
        ["DiffusionHub.Pipelines"] = ["DiffusionHub.Sampling", "DiffusionHub.Inference", "DiffusionHub.Imaging"],
        ["DiffusionHub.Data"] = ["DiffusionHub.Domain"],
        ["DiffusionHub.People"] = ["DiffusionHub.Domain", "DiffusionHub.Data"],
        ["DiffusionHub.Queue"] = ["DiffusionHub.Domain"],
        ["DiffusionHub.Migrations"] = ["DiffusionHub.Data"],
        ["DiffusionHub.Worker"] = ["DiffusionHub.Pipelines", "DiffusionHub.Imaging", "DiffusionHub.Queue", "DiffusionHub.Data", "DiffusionHub.Domain"],
        ["DiffusionHub.Web"] = ["DiffusionHub.Data", "DiffusionHub.People", "DiffusionHub.Queue", "DiffusionHub.Imaging", "DiffusionHub.Domain"],
    };

    public static TheoryData<string> Projects => [.. Solution.Shipped.Keys.Where(n => n != "DiffusionHub.Cli")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_it_may_know(string name)
    {
        Allowed.ShouldContainKey(name, $"{name} is new: say here what it may know.");
        Solution.Shipped[name].References.Except(Allowed[name], StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Command_line_knows_everything_but_the_web() =>
        Solution.Shipped["DiffusionHub.Cli"].References.ShouldNotContain("DiffusionHub.Web");

    [Fact]
    public void Domain_has_no_packages() => Solution.Shipped["DiffusionHub.Domain"].Packages.ShouldBeEmpty();

    [Fact]
    public void Queue_uses_Npgsql_only() =>
        Solution.Shipped["DiffusionHub.Queue"].Packages.ShouldBeSubsetOf(["Npgsql", "Microsoft.Extensions.Logging.Abstractions"]);

    [Fact]
    public void Only_inference_touches_ONNX_Runtime() =>
        Solution.Shipped.Values.Where(p => p.References.Contains("DiffusionHub.OnnxRuntime", StringComparer.Ordinal))
            .Select(p => p.Name).ShouldBe(["DiffusionHub.Inference"]);

    [Fact]
    public void Every_project_is_in_the_solution_and_has_code()
    {
        var solution = File.ReadAllText(Path.Combine(Solution.Root, "DiffusionHub.sln"));
        foreach (var project in Solution.Shipped.Values)
        {
            solution.ShouldContain($"\"{project.Name}\"");
            if (project.Name != "DiffusionHub.OnnxRuntime")
            {
                Directory.EnumerateFiles(project.Folder, "*.cs", SearchOption.AllDirectories).ShouldNotBeEmpty(project.Name);
            }
        }
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var folders = new[] { "src", "web", "workers", "migrations", "tests" };
        var endings = new[] { ".cs", ".razor", ".css", ".js", ".mjs", ".sql" };
        folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Solution.Root, f), "*", SearchOption.AllDirectories))
            .Where(f => endings.Contains(Path.GetExtension(f), StringComparer.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Count() > 400)
            .Select(f => Path.GetRelativePath(Solution.Root, f))
            .ShouldBeEmpty();
    }
}
