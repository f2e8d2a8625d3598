using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionHub.Data.Blobs;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Security;

/// <summary>What is somebody's own is nobody else's: not by its id, not by a role, not by a key.</summary>
[Collection(OneHub.Name)]
public sealed class OwnershipTests(SecurityFixture hub)
{
    public static TheoryData<Caller> Others => [Caller.Viewer, Caller.Moderator, Caller.Admin, Caller.WholeKey];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Job_of_another_is_not_there(Caller other)
    {
        var job = await SubmitAsync();
        using var read = await hub.As(other).GetAsync($"/api/v1/jobs/{job}", Stop);
        read.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var cancelled = await hub.As(other).DeleteAsync($"/api/v1/jobs/{job}", Stop);
        cancelled.StatusCode.ShouldBe(other == Caller.Viewer ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound);
        using var own = await hub.As(Caller.Member).GetAsync($"/api/v1/jobs/{job}", Stop);
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Private_picture_of_another_is_not_there(Caller other)
    {
        var picture = await PictureAsync(hub.IdOf(Caller.Member));
        foreach (var address in new[] { $"/pictures/{picture}.png", $"/pictures/{picture}/thumbnail.webp" })
        {
            using var answer = await hub.As(other).GetAsync(address, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
            using var own = await hub.As(Caller.Member).GetAsync(address, Stop);
            own.StatusCode.ShouldBe(HttpStatusCode.OK, address);
        }

        var listed = await hub.As(other).GetFromJsonAsync<JsonElement>("/api/v1/pictures", Stop);
        listed.EnumerateArray().ShouldNotContain(p => p.GetProperty("id").GetGuid() == picture);
    }

    [Fact]
    public async Task Private_picture_of_another_is_no_beginning()
    {
        var picture = await PictureAsync(hub.IdOf(Caller.Member));
        using var answer = await hub.As(Caller.Moderator).PostAsJsonAsync("/api/v1/jobs", new { model = "sprout", prompt = "fig", init = $"picture:{picture}" }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain(picture.ToString());
    }

    [Fact]
    public async Task Line_tells_nothing_of_others()
    {
        using var line = await LineClient.OpenAsync(hub.Address, hub.CookiesOf(Caller.Moderator), null, Stop);
        await line.StreamAsync("Watch", Stop);
        var (others, own) = (await SubmitAsync(), await SubmitAsync(Caller.Moderator));
        while (true)
        {
            var message = await line.ReadAsync(Stop);
            if (message.TryGetProperty("item", out var item))
            {
                var job = item.GetProperty("jobId").GetInt64();
                job.ShouldNotBe(others);
                if (job == own)
                {
                    return;
                }
            }
        }
    }

    private async Task<long> SubmitAsync(Caller caller = Caller.Member)
    {
        using var answer = await hub.As(caller).PostAsJsonAsync("/api/v1/jobs", new { model = "sprout", prompt = "fig" }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("jobIds")[0].GetInt64();
    }

    private async Task<Guid> PictureAsync(Guid owner)
    {
        var id = Guid.CreateVersion7();
        await hub.Get<IBlobStore>().PutAsync($"t/{id:N}.png", new byte[] { 1, 2, 3 }, Stop);
        await using var insert = hub.Get<NpgsqlDataSource>().CreateCommand("""
            INSERT INTO hub.picture (id, owner_id, job_id, group_id, model, prompt, seed, width, height, request, blob_key, thumbnail_key, bytes, device_milliseconds)
            VALUES ($1, $2, (random() * -1e15)::bigint, $1, 'sprout', 'fig', 1, 8, 8, '{}', $3, $3, 3, 1)
            """);
        insert.Parameters.Add(new NpgsqlParameter { Value = id });
        insert.Parameters.Add(new NpgsqlParameter { Value = owner });
        insert.Parameters.Add(new NpgsqlParameter { Value = $"t/{id:N}.png" });
        await insert.ExecuteNonQueryAsync(Stop);
        return id;
    }
}
