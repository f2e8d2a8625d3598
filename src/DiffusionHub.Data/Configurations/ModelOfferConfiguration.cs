using DiffusionHub.Domain.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DiffusionHub.Data.Configurations;

internal sealed class ModelOfferConfiguration : IEntityTypeConfiguration<ModelOffer>
{
    public void Configure(EntityTypeBuilder<ModelOffer> builder)
    {
        builder.ToTable("model_offer");
        builder.HasKey(o => new { o.Model, o.WorkerId });
        builder.Property(o => o.Model).HasMaxLength(200);
        builder.Property(o => o.SeenAt).HasDefaultValueSql("now()");
        builder.HasOne<CatalogueModel>().WithMany().HasForeignKey(o => o.Model).OnDelete(DeleteBehavior.Cascade).HasConstraintName("model_offer_model_fkey");
    }
}
