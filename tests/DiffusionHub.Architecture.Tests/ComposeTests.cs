using System.Data.Common;
using System.Net;
using System.Text.RegularExpressions;
using DiffusionHub.Data.Settings;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Architecture.Tests;

/// <summary>docker-compose.yml and Dockerfile against the code, as far as that goes without Docker.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] Programs = ["DiffusionHub.Cli", "DiffusionHub.Web", "DiffusionHub.Worker"];

    [Fact]
    public void Services_are_the_hubs_parts() => ComposeFile.Services.Keys.Order().ShouldBe(["migrate", "postgres", "roles", "web", "worker"]);

    [Fact]
    public void Every_hub_variable_is_a_known_setting_with_a_right_value()
    {
        foreach (var (name, service) in ComposeFile.Services)
        {
            foreach (var (variable, value) in service.Environment.Where(v => v.Key.StartsWith("HUB_", StringComparison.Ordinal)))
            {
                var setting = KnownSettings.All.SingleOrDefault(s => s.Variable == variable).ShouldNotBeNull($"{variable} of {name} is no setting");
                setting.Apply(new HubSettings { DataFolder = "/data" }, value).ShouldNotBeNull($"{variable}={value} of {name}: must be {setting.Rule}");
            }
        }
    }

    [Fact]
    public void Every_part_finds_the_database_service()
    {
        var postgres = ComposeFile.Services["postgres"].Environment;
        var roles = ComposeFile.Services["roles"];
        foreach (var name in new[] { "migrate", "web", "worker" })
        {
            var variables = ComposeFile.Services[name].Environment;
            var connection = new NpgsqlConnectionStringBuilder(variables["HUB_DATABASE"]);
            (connection.Host, connection.Database).ShouldBe(("postgres", postgres["POSTGRES_DB"]));
            connection.Username.ShouldNotBe(postgres["POSTGRES_USER"]);
            string.Join('\n', roles.Command).ShouldContain($"ALTER ROLE {connection.Username} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB ");
            variables["PGPASSWORD"].ShouldBe(roles.Environment["APPLICATION_PASSWORD"]);
        }

        (roles.Environment["PGHOST"], roles.Environment["PGUSER"], roles.Environment["PGDATABASE"], roles.Environment["PGPASSWORD"])
            .ShouldBe(("postgres", postgres["POSTGRES_USER"], postgres["POSTGRES_DB"], postgres["POSTGRES_PASSWORD"]));
    }

    [Fact]
    public void Only_the_migration_knows_the_databases_owner()
    {
        var postgres = ComposeFile.Services["postgres"].Environment;
        var owner = new NpgsqlConnectionStringBuilder(ComposeFile.Services["migrate"].Environment["HUB_DATABASE_OWNER"]);
        (owner.Host, owner.Username, owner.Database, owner.Password).ShouldBe(("postgres", postgres["POSTGRES_USER"], postgres["POSTGRES_DB"], postgres["POSTGRES_PASSWORD"]));
        foreach (var name in new[] { "web", "worker" })
        {
            ComposeFile.Services[name].Environment.Values.ShouldNotContain(value => value.Contains("POSTGRES_PASSWORD", StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public void No_password_stands_in_the_file()
    {
        foreach (var (variable, value) in ComposeFile.Services.Values.SelectMany(s => s.Environment))
        {
            if (variable.Contains("PASSWORD", StringComparison.Ordinal))
            {
                Given().IsMatch(value).ShouldBeTrue(value);
            }
            else if (new DbConnectionStringBuilder { ConnectionString = value.Contains('=', StringComparison.Ordinal) ? value : "" }.TryGetValue("Password", out var password))
            {
                Given().IsMatch((string)password).ShouldBeTrue(variable);
            }
        }
    }

    [Fact]
    public void Published_ports_stay_on_this_machine()
    {
        foreach (var port in ComposeFile.Services.Values.SelectMany(s => s.Ports))
        {
            IPAddress.IsLoopback(IPAddress.Parse(port.Split(':')[0])).ShouldBeTrue(port);
        }

        var web = ComposeFile.Services["web"];
        web.Ports.ShouldHaveSingleItem().Split(':')[2].ShouldBe(web.Environment["HUB_PORT"]);
        web.Environment["HUB_LISTEN"].ShouldBe("0.0.0.0");
        ComposeFile.Services.Where(s => s.Key != "web").SelectMany(s => s.Value.Ports).ShouldBeEmpty();
    }

    [Fact]
    public void Health_check_asks_an_address_that_the_web_serves()
    {
        var check = string.Join(' ', ComposeFile.Services["web"].HealthTest);
        var path = HealthPath().Match(check).Value;
        File.ReadAllText(Path.Combine(Solution.Root, "web/DiffusionHub.Web/Features/Health/HealthApi.cs")).ShouldContain($"MapGet(\"{path}\"");
        check.ShouldContain($"/{ComposeFile.Services["web"].Environment["HUB_PORT"]} ");
    }

    [Fact]
    public void Parts_wait_for_what_they_need()
    {
        ComposeFile.Services["roles"].DependsOn.GetValueOrDefault("postgres").ShouldBe("service_healthy");
        ComposeFile.Services["migrate"].DependsOn.GetValueOrDefault("roles").ShouldBe("service_completed_successfully");
        ComposeFile.Services["postgres"].HealthTest.ShouldNotBeEmpty();
        foreach (var name in new[] { "web", "worker" })
        {
            ComposeFile.Services[name].DependsOn.GetValueOrDefault("migrate").ShouldBe("service_completed_successfully");
        }

        ComposeFile.Services.Values.SelectMany(s => s.DependsOn.Keys).Except(ComposeFile.Services.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void Volumes_are_declared_and_lie_where_the_settings_say()
    {
        var mounts = ComposeFile.Services.SelectMany(s => s.Value.Volumes.Select(v => (Service: s.Key, Name: v.Split(':')[0], Path: v.Split(':')[1]))).ToList();
        mounts.Select(m => m.Name).Distinct().Order().ShouldBe(ComposeFile.Volumes.Order());
        var settings = new HubSettings { DataFolder = ComposeFile.Services["web"].Environment["HUB_DATA"] };
        Paths("web").ShouldBe([settings.PicturesFolder, settings.KeysFolder], ignoreOrder: true);
        Paths("worker").ShouldBe([settings.PicturesFolder, settings.ModelsFolder], ignoreOrder: true);
        // A new volume takes the owner of the folder that the image has there; without one it would be root's.
        foreach (var path in Paths("web").Concat(Paths("worker")))
        {
            DockerFile.Stages["runtime"].Instructions.ShouldContain(i => i[0] == "RUN" && i[1] == "mkdir" && i.Contains(path), path);
        }

        IEnumerable<string> Paths(string service) => mounts.Where(m => m.Service == service).Select(m => m.Path);
    }

    [Fact]
    public void Every_target_is_a_stage_that_runs_its_part_without_root()
    {
        foreach (var (name, service) in ComposeFile.Services.Where(s => s.Value.Image is null))
        {
            var target = service.Build["target"];
            var stage = DockerFile.Stages[target];
            stage.From.ShouldBe("runtime");
            stage.Has("USER", "$APP_UID").ShouldBeTrue(name);
            stage.CopiedFromStages().ShouldBe([("build", $"/app/{target}")]);
            var program = Programs.Single(p => p.EndsWith(target, StringComparison.OrdinalIgnoreCase));
            stage.Instructions[^1].ShouldBe(["ENTRYPOINT", "[\"dotnet\",", $"\"/app/{target}/{program}.dll\"]"]);
            DockerFile.Stages["build"].Instructions.Any(i => Publishes(i, program, target)).ShouldBeTrue(name);
        }

        ComposeFile.Services["migrate"].Command.ShouldBe(["migrate"]);
        // The worker looks for the built-in models in a folder "models" above its own.
        DockerFile.Stages["worker"].Copied().ShouldContain(("models", "/app/models"));

        static bool Publishes(string[] run, string program, string target)
        {
            var text = string.Join(' ', run);
            return text.Contains($"dotnet publish {Path.GetRelativePath(Solution.Root, Solution.Shipped[program].Folder)} ", StringComparison.Ordinal)
                && text.Contains($"-o /app/{target}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Restore_has_every_project_file_and_every_copied_file_exists()
    {
        var build = DockerFile.Stages["build"];
        var restore = build.IndexOf("dotnet restore");
        var copied = build.Copied(restore).ToList();
        var needed = Needed(Programs).SelectMany(p => Directory.EnumerateFiles(p.Folder).Where(f => Path.GetExtension(f) is ".csproj" or ".targets" or ".props"))
            .Concat(Directory.EnumerateFiles(Solution.Root, "Directory.*"))
            .Append(Path.Combine(Solution.Root, "native/Native.props"))
            .Append(Path.Combine(Solution.Root, "global.json"))
            .Select(f => Path.GetRelativePath(Solution.Root, f));
        copied.Select(c => c.Source).ShouldBe(needed, ignoreOrder: true);
        copied.ShouldAllBe(c => c.Target.TrimEnd('/') == (Path.GetDirectoryName(c.Source)!.Length > 0 ? Path.GetDirectoryName(c.Source) : "."));
        foreach (var (source, _) in DockerFile.Stages.Values.SelectMany(s => s.Copied()))
        {
            Path.Exists(Path.Combine(Solution.Root, source)).ShouldBeTrue(source);
        }

        foreach (var program in Programs)
        {
            string.Join(' ', build.Instructions[restore]).ShouldContain($"dotnet restore {Path.GetRelativePath(Solution.Root, Solution.Shipped[program].Folder)}");
        }
    }

    [Fact]
    public void Build_context_holds_what_is_copied_and_no_secrets()
    {
        var ignore = File.ReadAllLines(Path.Combine(Solution.Root, ".dockerignore")).Where(l => l.Length > 0 && l[0] != '#').ToList();
        ignore[0].ShouldBe("**");
        var kept = ignore.Where(l => l[0] == '!').Select(l => l[1..].Replace(".*", "", StringComparison.Ordinal)).ToList();
        foreach (var (source, _) in DockerFile.Stages.Values.SelectMany(s => s.Copied()).Where(c => c.Source != "."))
        {
            kept.ShouldContain(k => source == k || source.StartsWith(k + "/", StringComparison.Ordinal) || source.StartsWith(k + ".", StringComparison.Ordinal), source);
        }

        kept.ShouldNotContain(k => k.StartsWith(".env", StringComparison.Ordinal) || k == "data");
        File.ReadAllLines(Path.Combine(Solution.Root, ".gitignore")).ShouldContain("/.env");
    }

    private static HashSet<Project> Needed(IEnumerable<string> names)
    {
        var found = new HashSet<Project>();
        var open = new Queue<string>(names);
        while (open.TryDequeue(out var name))
        {
            if (found.Add(Solution.Shipped[name]))
            {
                Solution.Shipped[name].AllReferences.ToList().ForEach(open.Enqueue);
            }
        }

        return found;
    }

    [GeneratedRegex(@"^\$\{(POSTGRES|APPLICATION)_PASSWORD:\?[^}]+\}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Given();

    [GeneratedRegex("/health/[a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HealthPath();
}
