using System.Security.Claims;
using DiffusionHub.Data.Settings;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using DiffusionHub.Web.Shared.People;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace DiffusionHub.Web.Tests.Accounts;

/// <summary>A web node on which one signs in, with a mail server; and its services once more in this process, on the same database and folder.</summary>
public sealed class AccountsFixture : WebFixture
{
    public const string Password = "a quiet sentence of mine";

    private ServiceProvider? _services;

    internal FakeMailServer Mail { get; } = new();

    internal IServiceProvider Services => _services!;

    internal Account Admin { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HUB_ACCOUNTS"] = "on", ["HUB_PROXIES"] = "127.0.0.1", ["HUB_SMTP"] = $"smtp://127.0.0.1:{Mail.Port}", ["HUB_MAIL_FROM"] = "hub@example.org",
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var settings = new HubSettings { DataFolder = Folder, Database = ConnectionString, Accounts = true };
        var services = new ServiceCollection().AddLogging();
        WebProgram.AddServices(services, settings);
        _services = services.BuildServiceProvider();
        Admin = await MakeAsync("admin@example.org", RoleNames.Admin);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        await base.DisposeAsync();
        Mail.Dispose();
    }

    /// <summary>A new account; without an address one that no other test uses.</summary>
    internal async Task<Account> MakeAsync(string? email = null, string role = RoleNames.Member)
    {
        var (account, errors) = await Get<AccountBook>().CreateAsync(email ?? $"p{Guid.NewGuid():N}@example.org", "Ann", role, Password, null);
        errors.ShouldBeEmpty();
        return account!;
    }

    internal T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Somebody at a browser that was signed in a while ago.</summary>
    internal async Task<CurrentUser> MeAsync(Account account, TimeSpan? ago = null)
    {
        var session = new Session
        {
            Id = Guid.CreateVersion7(), Hash = Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray(), AccountId = account.Id, Ticket = [1],
            CreatedAt = DateTimeOffset.UtcNow - (ago ?? TimeSpan.FromHours(1)), SeenAt = DateTimeOffset.UtcNow, ExpiresAt = DateTimeOffset.UtcNow.AddDays(1), Browser = "curl/8",
        };
        await Get<SessionBook>().AddAsync(session);
        var me = new CurrentUser(Get<PersonReader>());
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, account.Id.ToString()), new Claim(HubClaims.Session, session.Id.ToString())], "test");
        (await me.UseAsync(new ClaimsPrincipal(identity), "127.0.0.1", CancellationToken.None)).ShouldBeTrue();
        return me;
    }

    /// <summary>A browser without scripts.</summary>
    internal Visitor Visit() => new(Address);

    /// <summary>What the audit log has of somebody's address, oldest first.</summary>
    internal async Task<IReadOnlyList<string>> DeedsAsync(string email)
    {
        await using var command = Database.CreateCommand("SELECT action || ' ' || coalesce(detail->>'how', detail->>'to', '') FROM people.audit WHERE subject = $1 ORDER BY id");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = email });
        await using var reader = await command.ExecuteReaderAsync();
        var deeds = new List<string>();
        while (await reader.ReadAsync())
        {
            deeds.Add(reader.GetString(0).TrimEnd());
        }

        return deeds;
    }
}
