using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionHub.Inference;

/// <summary>A dense array in C order that graphs read and write in place.</summary>
public abstract class GraphTensor : IDisposable
{
    private protected GraphTensor(OrtValue value, long[] shape)
    {
        Value = value;
        Shape = shape;
    }

    /// <summary>Length of each dimension.</summary>
    public IReadOnlyList<long> Shape { get; }

    internal OrtValue Value { get; }

    /// <summary>A tensor over a pooled buffer; its content is undefined until written.</summary>
    public static GraphTensor<T> Rent<T>(params long[] shape)
        where T : unmanaged => GraphTensor<T>.Rent(shape);

    /// <summary>A tensor of the same type and shape but for its first dimension; its content is undefined.</summary>
    internal abstract GraphTensor RentAlike(long samples);

    /// <summary>Writes all of it into <paramref name="stack"/> from sample <paramref name="first"/> on.</summary>
    internal abstract void CopyTo(GraphTensor stack, long first);

    /// <summary>Reads all of it from <paramref name="stack"/> from sample <paramref name="first"/> on.</summary>
    internal abstract void CopyFrom(GraphTensor stack, long first);

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the value.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Value.Dispose();
        }
    }
}

/// <summary>A tensor of <typeparamref name="T"/> elements.</summary>
/// <typeparam name="T">float, long or int.</typeparam>
public sealed class GraphTensor<T> : GraphTensor
    where T : unmanaged
{
    private readonly int length;
    private T[]? buffer;

    private GraphTensor(T[] buffer, int length, long[] shape)
        : base(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, length), shape), shape)
    {
        this.buffer = buffer;
        this.length = length;
    }

    /// <summary>The elements.</summary>
    public Span<T> Values => (buffer ?? throw new ObjectDisposedException(nameof(GraphTensor))).AsSpan(0, length);

    internal static GraphTensor<T> Rent(long[] shape)
    {
        var count = checked((int)shape.Aggregate(1L, (product, side) => checked(product * side)));
        return new GraphTensor<T>(ArrayPool<T>.Shared.Rent(count), count, shape);
    }

    internal override GraphTensor RentAlike(long samples) => Rent([samples, .. Shape.Skip(1)]);

    internal override void CopyTo(GraphTensor stack, long first) => Values.CopyTo(Part(stack, first));

    internal override void CopyFrom(GraphTensor stack, long first) => Part(stack, first).CopyTo(Values);

    private Span<T> Part(GraphTensor stack, long first) => ((GraphTensor<T>)stack).Values.Slice(checked((int)(first * (length / Shape[0]))), length);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && buffer is { } rented)
        {
            buffer = null;
            ArrayPool<T>.Shared.Return(rented);
        }
    }
}
