using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionHub.Imaging;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests;

public sealed class UploadsApiTests(WebFixture web) : IClassFixture<WebFixture>
{
    private static readonly Uri Uploads = new("/api/v1/uploads", UriKind.Relative);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Picture_is_kept_as_a_png_without_metadata_under_its_hash(bool asForm)
    {
        using var answer = await PostAsync(TestPictures.Png(96, 64), asForm);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var stored = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        (stored.GetProperty("width").GetInt32(), stored.GetProperty("height").GetInt32()).ShouldBe((96, 64));

        var png = await web.Http.GetByteArrayAsync(answer.Headers.Location, TestContext.Current.CancellationToken);
        stored.GetProperty("reference").GetString().ShouldBe("upload:" + Convert.ToHexStringLower(SHA256.HashData(png)));
        Encoding.Latin1.GetString(png).ShouldNotContain("secret words");
        ImageCodec.Decode(png).Pixels.ShouldAllBe(p => p == 200);
    }

    [Fact]
    public async Task Thumbnail_of_an_upload_is_small()
    {
        using var answer = await PostAsync(TestPictures.Png(1024, 512));
        var address = answer.Headers.Location!.ToString().Replace(".png", "/thumbnail.webp", StringComparison.Ordinal);
        var small = ImageCodec.Decode(await web.Http.GetByteArrayAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken));
        (small.Width, small.Height).ShouldBe((512, 256));
    }

    [Fact]
    public async Task File_that_is_no_picture_is_told_of()
    {
        using var answer = await PostAsync("I am a poem, whatever my name says."u8.ToArray());
        await HoldsRefusalAsync(answer, "cannot read this picture");
    }

    [Fact]
    public async Task Damaged_picture_is_told_of()
    {
        using var answer = await PostAsync(TestPictures.Png()[..60]);
        await HoldsRefusalAsync(answer, "cannot read this picture");
    }

    [Fact]
    public async Task Picture_of_too_many_pixels_is_told_with_its_size_and_the_limit()
    {
        using var answer = await PostAsync(TestPictures.Png(4097, 4096));
        await HoldsRefusalAsync(answer, "4097 × 4096", "16,777,216");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_of_too_many_bytes_is_told_with_its_size_and_the_limit(bool asForm)
    {
        using var answer = await PostAsync(new byte[(32 * 1024 * 1024) + 1], asForm);
        await HoldsRefusalAsync(answer, "33,554,432");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_no_picture(bool asForm)
    {
        using var answer = asForm ? await web.Http.PostAsync(Uploads, new MultipartFormDataContent { { new StringContent("x"), "word" } }, TestContext.Current.CancellationToken) : await PostAsync([]);
        await HoldsRefusalAsync(answer, "No picture was sent");
    }

    [Theory]
    [InlineData("/uploads/0000000000000000000000000000000000000000000000000000000000000000.png")]
    [InlineData("/uploads/0000000000000000000000000000000000000000000000000000000000000000/thumbnail.webp")]
    [InlineData("/uploads/..%2f..%2fetc%2fpasswd.png")]
    [InlineData("/uploads/x.png")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        using var answer = await web.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task HoldsRefusalAsync(HttpResponseMessage answer, params string[] said)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
        var message = JsonDocument.Parse(text).RootElement.GetProperty("errors").GetProperty("picture")[0].GetString()!;
        foreach (var part in said)
        {
            message.ShouldContain(part);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] bytes, bool asForm = false)
    {
        using HttpContent content = asForm ? new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", "picture.png" } } : new ByteArrayContent(bytes);
        if (!asForm)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        }

        return await web.Http.PostAsync(Uploads, content);
    }
}
