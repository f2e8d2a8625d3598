using DiffusionHub.Domain.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DiffusionHub.Data.Configurations;

internal sealed class CatalogueModelConfiguration : IEntityTypeConfiguration<CatalogueModel>
{
    public void Configure(EntityTypeBuilder<CatalogueModel> builder)
    {
        builder.ToTable("model");
        builder.HasKey(m => m.Name);
        builder.Property(m => m.Name).HasMaxLength(200);
        builder.Property(m => m.Kind).HasMaxLength(20);
        builder.Property(m => m.Family).HasMaxLength(100);
        builder.Property(m => m.Capabilities).HasColumnType("jsonb");
        builder.Property(m => m.Enabled).HasDefaultValue(true);
        builder.Property(m => m.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(m => m.UpdatedAt).HasDefaultValueSql("now()");
    }
}
