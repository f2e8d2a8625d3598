using System.IO.Compression;
using System.Net;
using System.Text.Json;
using DiffusionHub.Data;
using DiffusionHub.Data.Blobs;
using DiffusionHub.Domain.Pictures;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Roles;
using DiffusionHub.Queue;
using DiffusionHub.Web.Features.Accounts.Leaving;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Shouldly;
using Xunit;

namespace DiffusionHub.Web.Tests.Accounts;

public sealed class LeavingTests(AccountsFixture web) : IClassFixture<AccountsFixture>
{
    private static long lastJob = 1_000_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_has_ones_own_pictures_and_no_secret()
    {
        var (account, other) = (await web.MakeAsync(), await web.MakeAsync());
        var mine = await PicturesAsync(account.Id, 3);
        await PicturesAsync(other.Id, 1);
        web.Get<IBlobStore>().Delete(mine[1].BlobKey);
        var (key, _) = await web.Get<KeyRing>().CreateAsync(account.Id, new KeyWish("script", [KeyScopes.Read]), (await web.MeAsync(account)).Actor, Stop);
        using var visitor = web.Visit();
        await visitor.SignInAsync(account.Email!);
        using var answer = await visitor.GetAsync("/account/export.zip");
        (answer.StatusCode, answer.Content.Headers.ContentDisposition!.FileName).ShouldBe((HttpStatusCode.OK, "diffusionhub-account.zip"));
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Stop));
        zip.Entries.Select(e => e.FullName.Split('/')[0]).Distinct().ShouldBe(["account.json", "sessions.json", "keys.json", "pictures.json", "pictures"]);
        zip.Entries.Count(e => e.FullName.StartsWith("pictures/", StringComparison.Ordinal)).ShouldBe(2);

        var list = (await ReadAsync(zip, "pictures.json")).EnumerateArray().ToList();
        list.Select(p => p.GetProperty("id").GetGuid()).ShouldBe(mine.Select(p => p.Id).Reverse());
        list[1].GetProperty("file").ValueKind.ShouldBe(JsonValueKind.Null, "its file is not there");
        list[0].GetProperty("request").GetProperty("prompt").GetString().ShouldBe("fig");
        await using (var png = await zip.GetEntry(list[0].GetProperty("file").GetString()!)!.OpenAsync(Stop))
        {
            using var bytes = new MemoryStream();
            await png.CopyToAsync(bytes, Stop);
            bytes.ToArray().ShouldBe(TestPictures.Png());
        }

        (await ReadAsync(zip, "account.json")).GetProperty("email").GetString().ShouldBe(account.Email);
        (await ReadAsync(zip, "keys.json"))[0].GetProperty("prefix").GetString().ShouldBe(key![..11]);
        foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            (await ReadAsync(zip, entry.FullName)).GetRawText().ShouldNotContain(key[11..]);
            (await ReadAsync(zip, entry.FullName)).GetRawText().ToUpperInvariant().ShouldNotContain("HASH");
        }

        (await web.DeedsAsync(account.Email!)).ShouldContain("account.exported");
    }

    [Fact]
    public async Task Export_is_for_a_person_at_a_browser()
    {
        var account = await web.MakeAsync();
        var (key, _) = await web.Get<KeyRing>().CreateAsync(account.Id, new KeyWish("script", [KeyScopes.Read, KeyScopes.Admin]), (await web.MeAsync(account)).Actor, Stop);
        using var visitor = web.Visit();
        visitor.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        (await visitor.GetAsync("/account/export.zip")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public void Turn_to_export_is_one_at_a_time_and_comes_again()
    {
        var export = web.Get<AccountExport>();
        var id = Guid.NewGuid();
        using (export.Begin(id).ShouldNotBeNull())
        {
            export.Begin(id).ShouldBeNull();
            export.Begin(Guid.NewGuid()).ShouldNotBeNull();
        }

        export.Begin(id).ShouldNotBeNull();
    }

    [Fact]
    public async Task Deleted_account_leaves_no_picture_prompt_or_way_in()
    {
        var (account, other) = (await web.MakeAsync(), await web.MakeAsync());
        var (mine, theirs) = (await PicturesAsync(account.Id, 2), await PicturesAsync(other.Id, 1));
        var me = await web.MeAsync(account);
        var (key, _) = await web.Get<KeyRing>().CreateAsync(account.Id, new KeyWish("script", [KeyScopes.Read]), me.Actor, Stop);
        const string secret = "a very private prompt";
        foreach (var owner in new[] { account.Id, other.Id })
        {
            foreach (var cancelled in new[] { true, false })
            {
                var job = (await web.Queue.SubmitAsync([new NewJob(owner, Guid.NewGuid(), "interactive", "sprout", "k", $$"""{"model":"sprout","prompt":"{{secret}}"}""")], cancellationToken: Stop))[0];
                if (cancelled)
                {
                    await web.Queue.CancelAsync(job, owner, Stop);
                }
            }
        }

        using var visitor = web.Visit();
        await visitor.SignInAsync(account.Email!);
        (await web.Get<AccountRemoval>().RemoveAsync(account.Id, me.Actor)).ShouldBeNull();

        (await CountAsync("""SELECT count(*) FROM hub."user" WHERE id = $1""", account.Id)).ShouldBe(0);
        (await CountAsync("SELECT count(*) FROM people.session WHERE account_id = $1", account.Id)).ShouldBe(0);
        (await CountAsync("SELECT count(*) FROM hub.picture WHERE owner_id = $1", account.Id)).ShouldBe(0);
        (await CountAsync("SELECT count(*) FROM queue.job WHERE owner_id = $1", account.Id)).ShouldBe(0);
        (await CountAsync($"SELECT count(*) FROM queue.outcome WHERE owner_id = $1 AND payload::text LIKE '%{secret}%'", account.Id)).ShouldBe(0);
        (await CountAsync($"SELECT count(*) FROM queue.outcome WHERE owner_id = $1 AND payload::text LIKE '%{secret}%'", other.Id)).ShouldBe(1);
        (await CountAsync("SELECT count(*) FROM queue.job WHERE owner_id = $1", other.Id)).ShouldBe(1);
        var blobs = web.Get<IBlobStore>();
        mine.ShouldAllBe(p => blobs.Open(p.BlobKey) == null && blobs.Open(p.ThumbnailKey) == null);
        theirs.ShouldAllBe(p => blobs.Open(p.BlobKey) != null);
        (await web.DeedsAsync(account.Email!)).ShouldContain("account.deleted");

        (await visitor.GetAsync("/account")).Headers.Location!.ToString().ShouldContain("sign-in");
        using var program = web.Visit();
        program.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        (await program.GetAsync("/api/v1/pictures")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await visitor.SignInAsync(account.Email!)).ShouldBeNull();
    }

    [Fact]
    public async Task Last_administrator_stays()
    {
        (await web.Get<AccountRemoval>().RemoveAsync(web.Admin.Id, (await web.MeAsync(web.Admin)).Actor)).ShouldNotBeNull();
        var second = await web.MakeAsync(role: RoleNames.Admin);
        (await web.Get<AccountRemoval>().RemoveAsync(second.Id, (await web.MeAsync(second)).Actor)).ShouldBeNull();
        (await web.Get<AccountBook>().FindAsync(web.Admin.Email!, Stop))!.DisabledAt.ShouldBeNull();
    }

    [Fact]
    public async Task Form_of_the_deletion_needs_a_proof_given_for_it()
    {
        var account = await web.MakeAsync();
        using var visitor = web.Visit();
        await visitor.SignInAsync(account.Email!);
        var page = await visitor.TextAsync("/account/data");
        var token = page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        foreach (var (sure, status) in new[] { ("delete", HttpStatusCode.Redirect), ("", HttpStatusCode.Redirect) })
        {
            using var answer = await visitor.Http.PostAsync(
                new Uri("/account/delete", UriKind.Relative), new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("sure", sure)]), Stop);
            (answer.StatusCode, answer.Headers.Location!.ToString()).ShouldBe((status, "/account/data?problem=proof"));
        }

        using var forged = await visitor.Http.PostAsync(new Uri("/account/delete", UriKind.Relative), new FormUrlEncodedContent([new("sure", "delete")]), Stop);
        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await web.Get<AccountBook>().FindAsync(account.Email!, Stop)).ShouldNotBeNull();
    }

    private async Task<List<Picture>> PicturesAsync(Guid owner, int count)
    {
        await using var hub = await web.Get<IDbContextFactory<HubDbContext>>().CreateDbContextAsync(Stop);
        var pictures = new List<Picture>();
        for (var i = 0; i < count; i++)
        {
            var job = Interlocked.Increment(ref lastJob);
            var picture = new Picture
            {
                Id = Guid.CreateVersion7(DateTimeOffset.UtcNow.AddSeconds(i)), OwnerId = owner, JobId = job, GroupId = Guid.NewGuid(), Model = "sprout", Prompt = "fig", Seed = i, Width = 128, Height = 128,
                Request = Make.Payload, BlobKey = $"{job}/1/picture.png", ThumbnailKey = $"{job}/1/thumbnail.webp", Bytes = 3, CreatedAt = DateTimeOffset.UtcNow,
            };
            await web.Get<IBlobStore>().PutAsync(picture.BlobKey, TestPictures.Png(), Stop);
            await web.Get<IBlobStore>().PutAsync(picture.ThumbnailKey, TestPictures.Png(), Stop);
            hub.Pictures.Add(picture);
            pictures.Add(picture);
        }

        await hub.SaveChangesAsync(Stop);
        return pictures;
    }

    private async Task<long> CountAsync(string sql, Guid id)
    {
        await using var command = web.Database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private static async Task<JsonElement> ReadAsync(ZipArchive zip, string name)
    {
        await using var entry = await zip.GetEntry(name)!.OpenAsync(Stop);
        return (await JsonDocument.ParseAsync(entry, cancellationToken: Stop)).RootElement.Clone();
    }
}
