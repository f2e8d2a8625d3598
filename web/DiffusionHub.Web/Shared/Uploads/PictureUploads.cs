using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.Imaging;

namespace DiffusionHub.Web.Shared.Uploads;

/// <summary>Pictures that people give the hub to begin with. Only what was decoded and encoded anew is kept, so that no file of a stranger's making reaches a worker.</summary>
internal sealed class PictureUploads(IBlobStore blobs) : IDisposable
{
    // A picture of the largest size takes 50 MB while it is decoded: a crowd of them must not fill the node's memory.
    private const int AtOnce = 2;
    private const int PngHeader = 24;
    private readonly SemaphoreSlim _decoding = new(AtOnce);

    /// <summary>The picture in <paramref name="encoded"/>; nothing is stored yet.</summary>
    public async Task<UploadResult> ReadAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        if (encoded.IsEmpty)
        {
            return UploadResult.Refused(UploadTexts.Empty);
        }

        if (encoded.Length > UploadLimits.Bytes)
        {
            return UploadResult.Refused(Text(UploadTexts.TooManyBytes, encoded.Length, UploadLimits.Bytes));
        }

        return await GatedAsync(() => Read(encoded.Span), cancellationToken);
    }

    /// <summary>A small WebP of a reference's picture; null where there is none.</summary>
    public async Task<byte[]?> ThumbnailAsync(string reference, int side, CancellationToken cancellationToken)
    {
        await using var png = Open(reference);
        if (png is null)
        {
            return null;
        }

        var bytes = new byte[png.Length];
        await png.ReadExactlyAsync(bytes, cancellationToken);
        return await GatedAsync(() => ImageCodec.Thumbnail(ImageCodec.Decode(bytes), side), cancellationToken);
    }

    /// <summary>Stores a picture; one that is there already is not written again.</summary>
    /// <exception cref="PictureStoreAwayException">The store does not take it.</exception>
    public async Task KeepAsync(Upload upload, CancellationToken cancellationToken)
    {
        try
        {
            var key = UploadReference.KeyOf(upload.Reference)!;
            if (!blobs.Refresh(key))
            {
                await blobs.PutAsync(key, upload.Png, cancellationToken);
            }
        }
        catch (IOException e)
        {
            throw new PictureStoreAwayException(Text(UploadTexts.StoreAway, e.Message), e);
        }
    }

    /// <summary>Whether that reference's picture is kept here.</summary>
    public bool Exists(string reference)
    {
        using var stream = Open(reference);
        return stream is not null;
    }

    /// <summary>Opens the PNG of a reference; null where there is none. The caller disposes it.</summary>
    public Stream? Open(string reference) => UploadReference.KeyOf(reference) is { } key ? blobs.Open(key) : null;

    /// <summary>Size in pixels of a reference's picture, which is young again then: a request is about to speak of it. Null where there is none.</summary>
    /// <exception cref="PictureStoreAwayException">The store cannot be written.</exception>
    public async Task<(int Width, int Height)?> SizeAsync(string reference, CancellationToken cancellationToken)
    {
        Refresh(reference);
        await using var stream = Open(reference);
        if (stream is null)
        {
            return null;
        }

        // PNG specification, third edition, 11.2.1: the header chunk comes first, its data at byte 16.
        var header = new byte[PngHeader];
        await stream.ReadExactlyAsync(header, cancellationToken);
        return (BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(20)));
    }

    /// <inheritdoc />
    public void Dispose() => _decoding.Dispose();

    private void Refresh(string reference)
    {
        try
        {
            if (UploadReference.KeyOf(reference) is { } key)
            {
                blobs.Refresh(key);
            }
        }
        catch (IOException e)
        {
            throw new PictureStoreAwayException(Text(UploadTexts.StoreAway, e.Message), e);
        }
    }

    private async Task<T> GatedAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _decoding.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _decoding.Release();
        }
    }

    private static UploadResult Read(ReadOnlySpan<byte> encoded)
    {
        try
        {
            var image = ImageCodec.Decode(encoded, UploadLimits.Pixels);
            var png = ImageCodec.Png(image);
            return new UploadResult(new Upload(UploadReference.Of(Convert.ToHexStringLower(SHA256.HashData(png))), image.Width, image.Height, png), null);
        }
        catch (ImagingException e)
        {
            return UploadResult.Refused(Text(UploadTexts.NotAPicture, e.Message.Trim()));
        }
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
