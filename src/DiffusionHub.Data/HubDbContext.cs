using DiffusionHub.Domain.Models;
using DiffusionHub.Domain.People;
using DiffusionHub.Domain.Pictures;
using Microsoft.EntityFrameworkCore;

namespace DiffusionHub.Data;

/// <summary>
/// The <c>hub</c> schema: people, pictures, models. The <c>queue</c> schema is not here: it belongs to DiffusionHub.Queue's own statements.
/// </summary>
public sealed class HubDbContext(DbContextOptions<HubDbContext> options) : DbContext(options)
{
    /// <summary>The schema of every table here.</summary>
    public const string Schema = "hub";

    /// <summary>People.</summary>
    public DbSet<User> Users => Set<User>();

    /// <summary>Published pictures.</summary>
    public DbSet<Picture> Pictures => Set<Picture>();

    /// <summary>Models that workers have announced.</summary>
    public DbSet<CatalogueModel> Models => Set<CatalogueModel>();

    /// <summary>Which worker has which of them.</summary>
    public DbSet<ModelOffer> ModelOffers => Set<ModelOffer>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(HubDbContext).Assembly);
        SnakeCase.Apply(modelBuilder);
    }
}
