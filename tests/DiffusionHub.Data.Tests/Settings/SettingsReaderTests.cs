using DiffusionHub.Data.Settings;
using Shouldly;
using Xunit;

namespace DiffusionHub.Data.Tests.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-settings-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Options_stand_over_variables_and_those_over_the_file()
    {
        File("""{ "port": 1, "workers": 2, "workerThreads": 3, /* why not */ }""");

        var effective = Read(variables: new() { ["HUB_PORT"] = "4", ["HUB_WORKERS"] = "5" }, options: new() { ["port"] = "6" });

        effective.Settings.Port.ShouldBe(6);
        effective.Settings.Workers.ShouldBe(5);
        effective.Settings.WorkerThreads.ShouldBe(3);
        var origins = effective.All.ToDictionary(setting => setting.Setting.Name, setting => setting.Origin);
        origins["port"].ShouldBe("--port");
        origins["workers"].ShouldBe("HUB_WORKERS");
        origins["workerThreads"].ShouldBe("hub.json");
        origins["listen"].ShouldBe("default");
    }

    [Fact]
    public void Housekeeping_keeps_things_for_at_least_a_day()
    {
        var defaults = Read().Settings;
        (defaults.KeepJobsDays, defaults.KeepEventsDays, defaults.KeepUploadsDays).ShouldBe((90, 14, 7));
        Read(new() { ["HUB_KEEP_JOBS_DAYS"] = "1" }, new() { ["keepUploadsDays"] = "36500" }).Settings.KeepJobsDays.ShouldBe(1);
        Should.Throw<SettingsException>(() => Read(new() { ["HUB_KEEP_UPLOADS_DAYS"] = "0" })).Problems
            .ShouldBe(["keepUploadsDays is “0” (HUB_KEEP_UPLOADS_DAYS); it must be a number of days from 1 to 36500."]);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1/32")]
    [InlineData("10.0.0.0/8, ::1", "10.0.0.0/8,::1/128")]
    [InlineData("fd00::/8", "fd00::/8")]
    [InlineData("0.0.0.0/0", null)]
    [InlineData("::/0", null)]
    [InlineData("proxy.example", null)]
    [InlineData("10.0.0.1/33", null)]
    [InlineData("10.0.0.1,everybody", null)]
    public void Proxies_are_addresses_and_networks_but_never_everybody(string value, string? read)
    {
        if (read is not null)
        {
            string.Join(',', Read(new() { ["HUB_PROXIES"] = value }).Settings.Proxies).ShouldBe(read);
            Read(new() { ["HUB_PROXIES"] = read }).All.Single(s => s.Setting.Name == "proxies").Value.ShouldBe(read, "it can be handed on to a child process");
            return;
        }

        Should.Throw<SettingsException>(() => Read(new() { ["HUB_PROXIES"] = value })).Message.ShouldContain("it must be IP addresses or networks");
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("cpu", true)]
    [InlineData("cuda", true)]
    [InlineData("cuda:12", true)]
    [InlineData("tensorrt:0", true)]
    [InlineData("cpu:0", false)]
    [InlineData("gpu", false)]
    [InlineData("cuda:", false)]
    [InlineData("cuda:0\n", false)]
    public void A_device_is_one_of_those_that_there_are(string value, bool known)
    {
        if (known)
        {
            Read(new() { ["HUB_DEVICE"] = value }).Settings.Device.ShouldBe(value);
            return;
        }

        Should.Throw<SettingsException>(() => Read(new() { ["HUB_DEVICE"] = value })).Message.ShouldContain("it must be auto, cpu, cuda:N, tensorrt:N or webgpu:N");
    }

    [Fact]
    public void A_precision_is_one_of_those_that_there_are()
    {
        Read().Settings.Precision.ShouldBe("auto");
        Read(new() { ["HUB_PRECISION"] = "fp16" }).Settings.Precision.ShouldBe("fp16");
        Should.Throw<SettingsException>(() => Read(new() { ["HUB_PRECISION"] = "half" })).Message.ShouldContain("it must be auto, fp32, fp16 or int8");
    }

    [Fact]
    public void Every_wrong_value_is_named_with_its_origin_and_its_rule()
    {
        File("""{ "workers": "many", "workerThreads": [1] }""");

        var problems = Should.Throw<SettingsException>(() => Read(new() { ["HUB_PORT"] = "99999" }, new() { ["listen"] = "here" })).Problems;

        problems.ShouldContain("port is “99999” (HUB_PORT); it must be a number from 0 to 65535 (0 picks a free port).");
        problems.ShouldContain("workers is “many” (hub.json); it must be auto or a number from 1 to 64.");
        problems.ShouldContain(problem => problem.Contains("listen is “here” (--listen)"));
        problems.ShouldContain(problem => problem.Contains("workerThreads in hub.json"));
        problems.Count.ShouldBe(4);
    }

    [Fact]
    public void Unknown_setting_is_refused_with_the_nearest_name()
    {
        File("""{ "worker_threads": 3 }""");

        Should.Throw<SettingsException>(() => Read()).Message.ShouldContain("Did you mean “workerThreads”?");
    }

    [Theory]
    [InlineData("{ \"port\": 80", "not valid JSON (line 1)")]
    [InlineData("[]", "one JSON object")]
    public void Broken_file_is_refused(string content, string message)
    {
        File(content);

        Should.Throw<SettingsException>(() => Read()).Message.ShouldContain(message);
    }

    [Fact]
    public void Password_is_neither_shown_nor_repeated_when_wrong()
    {
        var effective = Read(new() { ["HUB_DATABASE"] = "Host=db;Username=hub;Password=s3cret" });
        var wrong = Should.Throw<SettingsException>(() => Read(new() { ["HUB_DATABASE"] = "postgres://hub:s3cret@db" }));

        effective.Settings.Database.ShouldBe("Host=db;Username=hub;Password=s3cret");
        effective.All.ShouldAllBe(setting => !setting.Value.Contains("s3cret"));
        wrong.Message.ShouldNotContain("s3cret");
    }

    [Fact]
    public void Public_is_another_spelling_of_every_address_and_excludes_listen()
    {
        File("""{ "listen": "127.0.0.2" }""");

        Read(options: new() { ["public"] = "true" }).Settings.Listen.ShouldBe("0.0.0.0");
        Read(new() { ["HUB_PUBLIC"] = "true" }, new() { ["listen"] = "localhost" }).Settings.Listen.ShouldBe("127.0.0.1");
        Should.Throw<SettingsException>(() => Read(options: new() { ["public"] = "true", ["listen"] = "::1" })).Message.ShouldContain("give one of them");
    }

    [Fact]
    public void Child_reads_exactly_what_its_parent_had()
    {
        var parent = Read(options: new() { ["port"] = "81", ["listen"] = "::1", ["workers"] = "3", ["workerThreads"] = "2", ["database"] = "Host=db" }).Settings;

        var child = SettingsReader.Read(new SettingsSources(new Dictionary<string, string>(), parent.ToEnvironment(), "/elsewhere")).Settings;

        child.ShouldBe(parent);
    }

    [Fact]
    public void Owners_connection_string_reaches_no_child_even_from_the_parents_own_variables()
    {
        var parent = Read(new() { ["HUB_DATABASE"] = "Host=db", ["HUB_DATABASE_OWNER"] = "Host=db;Username=owner;Password=s3cret" });

        parent.Settings.DatabaseOwner.ShouldBe("Host=db;Username=owner;Password=s3cret");
        parent.All.Single(setting => setting.Setting == KnownSettings.DatabaseOwner).Value.ShouldContain("Password=***");
        var variables = parent.Settings.ToEnvironment();
        variables["HUB_DATABASE_OWNER"].ShouldBe("");
        variables.Values.ShouldNotContain(value => value.Contains("s3cret", StringComparison.Ordinal));
    }

    private void File(string content) => System.IO.File.WriteAllText(Path.Combine(folder.FullName, "hub.json"), content);

    private EffectiveSettings Read(Dictionary<string, string>? variables = null, Dictionary<string, string>? options = null) =>
        SettingsReader.Read(new SettingsSources(options ?? [], variables ?? [], folder.FullName));
}
