using System.Text.Json;
using DiffusionHub.Domain.Jobs;
using DiffusionHub.Domain.Requests;
using DiffusionHub.Tests.Shared;
using Shouldly;
using Xunit;

namespace DiffusionHub.Integration;

/// <summary>The folder of models while a worker runs.</summary>
public sealed class CatalogueTests
{
    [Fact]
    public async Task Model_that_is_put_into_the_folder_can_be_used_without_a_restart_and_is_withdrawn_when_it_goes()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        ModelFiles.Another(Path.Combine(hub.ModelsFolder, "mine"));
        await hub.UntilAsync(async () => File.Exists(Path.Combine(hub.ModelsFolder, "mine", "thumbnail.webp")) && (await hub.ModelsAsync()).Contains("mine"));
        await hub.UntilAsync(async () => (await hub.Queue.ReadWorkersAsync()).Single().Models.Contains("mine"));
        (await hub.EndAsync(await hub.SubmitAsync(1, """{"model":"mine","prompt":"red apple","seed":7,"steps":1}""", "mine"))).State.ShouldBe(JobState.Succeeded);

        Directory.Move(Path.Combine(hub.ModelsFolder, "mine"), Path.Combine(hub.ModelsFolder, "..", "gone"));
        await hub.UntilAsync(async () => (await hub.EntryAsync("mine"))!.WithdrawnAt is not null);
        (await hub.Queue.ReadWorkersAsync()).Single().Models.ShouldBe(["sprout"]);
    }

    [Fact]
    public async Task Adapter_is_announced_with_what_it_fits_and_a_broken_one_with_what_is_wrong()
    {
        await using var hub = await Hub.StartAsync();
        await hub.WorkerAsync();
        Directory.CreateDirectory(hub.ModelsFolder);
        var whole = await File.ReadAllBytesAsync(ModelFiles.Lora(Path.Combine(hub.ModelsFolder, "brush.safetensors")));
        await File.WriteAllBytesAsync(Path.Combine(hub.ModelsFolder, "half.safetensors"), whole[..(whole.Length / 2)]);
        await hub.UntilAsync(async () => await hub.EntryAsync("brush") is not null && await hub.EntryAsync("half.safetensors") is not null);
        var asset = JsonSerializer.Deserialize((await hub.EntryAsync("brush"))!.Capabilities, RequestJson.Default.ModelAsset)!;
        (asset.Kind, asset.Title).ShouldBe(("lora", "Brush"));
        asset.Fits.ShouldBe(["StableDiffusion 1"]);
        (await hub.EntryAsync("half.safetensors"))!.Fault.ShouldNotBeNull().ShouldContain("not whole");

        await File.WriteAllBytesAsync(Path.Combine(hub.ModelsFolder, "half.safetensors"), [.. whole.AsSpan(0, whole.Length - 1), 1]);
        await hub.UntilAsync(async () => await hub.EntryAsync("half") is { Fault: null });
        (await hub.EntryAsync("half.safetensors"))!.WithdrawnAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_strangers_wrote_ends_no_worker()
    {
        await using var hub = await Hub.StartAsync();
        Card("path", """{"source":"a\u0000b"}""");
        Card("weight", """{"kind":"lora","weight":1e999}""");
        Card("circle", """{"source":"."}""");
        var brush = ModelFiles.Lora(Path.Combine(hub.ModelsFolder, "brush.safetensors"));
        ModelFiles.ChangeHeader(brush, header => header["__metadata__"]!["modelspec.title"] = "a\0b");
        var name = new string('n', 230) + ".safetensors";
        await File.WriteAllTextAsync(Path.Combine(hub.ModelsFolder, name), "no weights");

        await hub.WorkerAsync();
        await hub.UntilAsync(async () => await hub.EntryAsync("brush") is not null && await hub.EntryAsync(name[..200]) is not null);
        JsonSerializer.Deserialize((await hub.EntryAsync("brush"))!.Capabilities, RequestJson.Default.ModelAsset)!.Title.ShouldBe("a b");
        (await hub.EntryAsync(name[..200]))!.Fault.ShouldNotBeNull().ShouldContain("too long");
        foreach (var broken in new[] { "path", "weight", "circle" })
        {
            (await hub.EntryAsync(broken))!.Fault.ShouldNotBeNull();
        }

        (await hub.ModelsAsync()).ShouldContain("sprout");

        void Card(string entry, string card)
        {
            Directory.CreateDirectory(Path.Combine(hub.ModelsFolder, entry));
            File.WriteAllText(Path.Combine(hub.ModelsFolder, entry, "model.json"), card);
        }
    }

    [Fact]
    public async Task What_only_a_worker_that_left_had_is_withdrawn_by_the_next_and_keeps_its_switch()
    {
        await using var hub = await Hub.StartAsync();
        ModelFiles.Another(Path.Combine(hub.ModelsFolder, "mine"));
        var first = await hub.WorkerAsync();
        await first.SignalAsync("TERM");
        (await first.ExitAsync()).ShouldBe(0, first.Output);
        (await hub.EntryAsync("mine"))!.WithdrawnAt.ShouldBeNull("a hub that restarts keeps its models");
        await hub.SwitchOffAsync("mine");
        Directory.Move(Path.Combine(hub.ModelsFolder, "mine"), Path.Combine(hub.ModelsFolder, "..", "gone"));
        await hub.WorkerAsync("b");
        (await hub.EntryAsync("mine"))!.WithdrawnAt.ShouldNotBeNull();
        Directory.Move(Path.Combine(hub.ModelsFolder, "..", "gone"), Path.Combine(hub.ModelsFolder, "mine"));
        await hub.UntilAsync(async () => (await hub.EntryAsync("mine"))!.WithdrawnAt is null);
        (await hub.EntryAsync("mine"))!.Enabled.ShouldBeFalse();
    }
}
