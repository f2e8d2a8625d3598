using System.Diagnostics;
using DiffusionHub.Pipelines.Catalogue;
using DiffusionHub.Pipelines.Folders;

namespace DiffusionHub.Pipelines.Tests.Catalogue;

public sealed class LinkTests : CatalogueTest
{
    [Fact]
    public void Links_to_folders_are_left_out_and_told_of()
    {
        var folder = ModelFiles.Another(At("one"));
        Directory.CreateDirectory(At("outside"));
        File.WriteAllText(At("outside/secret.txt"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), At("outside"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "round"), folder);
        var result = Import(folder);
        Directory.GetDirectories(result.Entry).Select(Path.GetFileName).Order().ShouldBe(["scheduler", "text_encoder", "tokenizer", "unet", "vae"]);
        result.Notes.Count.ShouldBe(2);
        result.Notes[0].ShouldContain(Path.Combine(folder, "link"));
    }

    [Theory]
    [InlineData("pw.txt", "/etc/passwd", "outside")]
    [InlineData("notes.txt", "/dev/zero", "not a file")]
    [InlineData("README.md", "/dev/zero", "not a file")]
    [InlineData("model.json", "/dev/zero", "not a file")]
    [InlineData("pw.txt", "within/passwd", "outside")]
    public void Links_out_of_the_folder_and_to_devices_are_refused_by_name(string name, string target, string said)
    {
        var folder = ModelFiles.Another(At("one"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "within"), "/etc");
        File.CreateSymbolicLink(Path.Combine(folder, name), target);
        var message = Should.Throw<ModelFolderException>(() => Import(folder)).Message;
        message.ShouldContain(Path.Combine(folder, name));
        message.ShouldContain(said);
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void A_pipe_is_refused_by_name()
    {
        var folder = ModelFiles.Another(At("one"));
        Pipe(Path.Combine(folder, "scheduler", "pipe"));
        Should.Throw<ModelFolderException>(() => Import(folder)).Message.ShouldContain("scheduler/pipe is a device, a pipe");
        Pipe(At("pipe.safetensors"));
        Should.Throw<ModelFolderException>(() => Import(At("pipe.safetensors"))).Message.ShouldContain("not a file");
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void A_model_whose_module_is_a_link_to_a_folder_is_refused()
    {
        var folder = ModelFiles.Another(At("one"));
        Directory.Move(Path.Combine(folder, "vae"), At("vae"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "vae"), At("vae"));
        Should.Throw<ModelFolderException>(() => Import(folder)).Message.ShouldContain("not whole without");
        Left.ShouldBeEmpty();
    }

    [Fact]
    public void Links_of_a_hugging_face_cache_become_files_and_links_to_nothing_are_passed_over()
    {
        var folder = Cache();
        File.CreateSymbolicLink(Path.Combine(folder, "gone.txt"), "../../blobs/gone");
        var result = Import(folder, new ImportOptions { Name = "cached" });
        var unet = new FileInfo(Path.Combine(result.Entry, ModelFiles.Unet));
        (unet.LinkTarget, unet.Length > 1_000_000).ShouldBe((null, true));
        Item("cached").Fault.ShouldBeNull();
        File.Exists(Path.Combine(result.Entry, "gone.txt")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_grows_while_it_is_copied_is_an_error()
    {
        File.WriteAllBytes(At("grows"), new byte[3 << 20]);
        using var staging = new Staging(ModelsFolder);
        Should.Throw<ModelFolderException>(() => staging.Copy(
            [new EntryFile(At("grows"), "grows")], _ => File.AppendAllText(At("grows"), "more"), CancellationToken.None)).Message.ShouldContain("3,145,728 bytes");
    }

    private string Cache()
    {
        var folder = ModelFiles.Another(At("models--x--y/snapshots/0123"));
        Directory.CreateDirectory(At("models--x--y/blobs"));
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var blob = Path.Combine(At("models--x--y/blobs"), Guid.NewGuid().ToString("N"));
            File.Move(file, blob);
            File.CreateSymbolicLink(file, Path.GetRelativePath(Path.GetDirectoryName(file)!, blob));
        }

        return folder;
    }

    private static void Pipe(string path)
    {
        using var process = Process.Start("mkfifo", path);
        process.WaitForExit();
    }
}
