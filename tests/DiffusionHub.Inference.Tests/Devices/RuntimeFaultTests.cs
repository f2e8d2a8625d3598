using DiffusionHub.Inference.Devices;

namespace DiffusionHub.Inference.Tests.Devices;

/// <summary>Messages of ONNX Runtime as people recorded them in its issues (9939, 16307, 26312, 584 and 645 of a program that uses it).</summary>
public sealed class RuntimeFaultTests
{
    private const string Arena = "[ErrorCode:RuntimeException] Non-zero status code returned while running FusedMatMul node. Name:'MatMul_92' Status Message: "
        + "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:331 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 8388608000";

    private const string Limit = "[ErrorCode:RuntimeException] Non-zero status code returned while running Conv node. Name:'Conv_3' Status Message: bfc_arena.cc:255 "
        + "Available memory of 1048576 is smaller than requested bytes of 4194304";

    private const string Stream = "[ErrorCode:Fail] cuda_call.cc:121 onnxruntime::CudaCall CUDA failure 2: out of memory ; GPU=0 ; hostname=hub ; file=cuda_stream_handle.cc ; line=175 ; "
        + "expr=cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);";

    private const string Blas = "[ErrorCode:RuntimeException] Non-zero status code returned while running Gemm node. CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; expr=cublasCreate(&cublas_handle_);";

    private const string Illegal = "[ErrorCode:Fail] CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=hub ; file=cuda_stream_handle.cc ; line=76 ; expr=cudaStreamSynchronize(static_cast<cudaStream_t>(GetHandle()));";

    private static readonly Device Gpu = new(DeviceKind.Cuda);

    [Theory]
    [InlineData(Arena, 8388608000L, "8,388,608,000 bytes")]
    [InlineData(Limit, 4194304L, "4,194,304 bytes")]
    [InlineData(Stream, null, "does not say")]
    [InlineData(Blas, null, "does not say")]
    public void A_full_memory_names_the_bytes(string said, long? bytes, string words)
    {
        var fault = RuntimeFaults.Of(Gpu, "unet", new InvalidOperationException(said)).ShouldBeOfType<DeviceMemoryException>();
        fault.Bytes.ShouldBe(bytes);
        fault.Message.ShouldContain(words);
        fault.Message.ShouldContain("cuda:0");
        fault.Message.ShouldContain("unet");
    }

    [Theory]
    [InlineData(Illegal, "CUDA error 700, illegal memory access")]
    [InlineData("CUDA failure 719: unspecified launch failure ; GPU=0", "CUDA error 719")]
    [InlineData("WebGPU device lost (2): gone", "WebGPU lost it")]
    public void A_fault_that_stays_is_a_lost_device(string said, string words)
    {
        var fault = RuntimeFaults.Of(Gpu, "unet", new InvalidOperationException(said)).ShouldBeOfType<DeviceLostException>();
        fault.Message.ShouldContain(words);
        fault.Message.ShouldContain("must be started again");
        RuntimeFaults.Of(Device.Cpu, "unet", new InvalidOperationException(said)).ShouldBeNull();
    }

    [Theory]
    [InlineData("[ErrorCode:InvalidArgument] Got invalid dimensions for input: sample")]
    [InlineData("CUDA failure 1: invalid argument ; GPU=0")]
    [InlineData("")]
    public void Other_faults_are_left_to_others(string said) => RuntimeFaults.Of(Gpu, "unet", new InvalidOperationException(said)).ShouldBeNull();

    [Fact]
    public void A_graph_that_cannot_be_recorded_is_known_by_the_runtimes_words()
    {
        RuntimeFaults.IsNotRecordable(new InvalidOperationException(
            "[ErrorCode:Fail] This session cannot use the graph capture feature as requested by the user  as all compute graph nodes have not been partitioned to the CUDAExecutionProvider")).ShouldBeTrue();
        RuntimeFaults.IsNotRecordable(new InvalidOperationException(Arena)).ShouldBeFalse();
    }

    [Fact]
    public void A_runtime_that_talks_on_is_cut_short() =>
        RuntimeFaults.Of(Gpu, "unet", new InvalidOperationException(Illegal + new string('x', 10_000)))!.Message.Length.ShouldBeLessThan(1200);
}
