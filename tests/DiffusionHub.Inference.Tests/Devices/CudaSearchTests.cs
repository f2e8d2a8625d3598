using DiffusionHub.Inference.Devices.Cuda;

namespace DiffusionHub.Inference.Tests.Devices;

public sealed class CudaSearchTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hub-cuda-");

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void Named_folders_come_first_with_pips_layout_inside_them()
    {
        var packages = Made("site-packages", "nvidia", "cu13", "lib");
        var cudnn = Made("site-packages", "nvidia", "cudnn", "lib");
        var toolkit = Made("toolkit", "lib64");
        var linked = Made("linked");
        var folders = CudaSearch.Folders(name => name switch
        {
            "HUB_CUDA_PATH" => $"{Path("toolkit")}:{Path("site-packages")}:{Path("nowhere")}",
            "LD_LIBRARY_PATH" => linked,
            _ => null,
        });
        folders.Take(6).ShouldBe([Path("toolkit"), toolkit, Path("site-packages"), packages, cudnn, linked]);
    }

    [Fact]
    public void The_nvidia_folder_of_pip_may_be_named_itself()
    {
        var cudnn = Made("nvidia", "cudnn", "lib");
        CudaSearch.Folders(name => name == "HUB_CUDA_PATH" ? Path("nvidia") : null).Take(2).ShouldBe([Path("nvidia"), cudnn]);
    }

    [Fact]
    public void A_file_that_is_no_library_is_none()
    {
        File.WriteAllText(Path("libnothing.so.1"), "text");
        CudaSearch.Load("libnothing.so.1", [root.FullName]).ShouldBeNull();
        CudaSearch.Load("libnothing.so.2", [root.FullName]).ShouldBeNull();
    }

    [Fact]
    public void A_library_of_the_system_is_found_without_folders() => CudaSearch.Load("libc.so.6", []).ShouldNotBeNull();

    private string Path(string name) => System.IO.Path.Combine(root.FullName, name);

    private string Made(params string[] parts) => Directory.CreateDirectory(System.IO.Path.Combine([root.FullName, .. parts])).FullName;
}
