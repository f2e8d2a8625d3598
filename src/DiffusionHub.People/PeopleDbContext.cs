using DiffusionHub.Data;
using DiffusionHub.Domain.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Links;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using DiffusionHub.People.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace DiffusionHub.People;

/// <summary>The <c>people</c> schema: who may come in, and what they may do.</summary>
public sealed class PeopleDbContext(DbContextOptions<PeopleDbContext> options) : DbContext(options)
{
    /// <summary>The schema of every table that belongs here.</summary>
    public const string Schema = "people";

    /// <summary>Accounts.</summary>
    public DbSet<Account> Accounts => Set<Account>();

    /// <summary>The people behind the accounts (a table of the <c>hub</c> schema).</summary>
    public DbSet<User> Users => Set<User>();

    /// <summary>Roles: always the four of <see cref="RoleNames"/>.</summary>
    public DbSet<Role> Roles => Set<Role>();

    /// <summary>How the hub takes people in: one row.</summary>
    public DbSet<PeopleSetting> Settings => Set<PeopleSetting>();

    /// <summary>Browsers that are signed in.</summary>
    public DbSet<Session> Sessions => Set<Session>();

    /// <summary>API keys.</summary>
    public DbSet<ApiKey> Keys => Set<ApiKey>();

    /// <summary>What keys were used for, by day.</summary>
    public DbSet<ApiKeyDay> KeyDays => Set<ApiKeyDay>();

    /// <summary>One-time links.</summary>
    public DbSet<Link> Links => Set<Link>();

    /// <summary>Words that prompts may not hold.</summary>
    public DbSet<PromptRule> PromptRules => Set<PromptRule>();

    /// <summary>Complaints about shared pictures.</summary>
    public DbSet<Report> Reports => Set<Report>();

    /// <summary>The audit log.</summary>
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    /// <inheritdoc />
    /// <remarks>Indexes are those of the migrations, not one for each foreign key.</remarks>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Conventions.Remove<ForeignKeyIndexConvention>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PeopleDbContext).Assembly);
        SnakeCase.Apply(modelBuilder);
    }
}
