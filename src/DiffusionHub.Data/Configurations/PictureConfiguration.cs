using DiffusionHub.Domain.People;
using DiffusionHub.Domain.Pictures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DiffusionHub.Data.Configurations;

internal sealed class PictureConfiguration : IEntityTypeConfiguration<Picture>
{
    public void Configure(EntityTypeBuilder<Picture> builder)
    {
        builder.ToTable("picture");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.Request).HasColumnType("jsonb");
        builder.Property(p => p.Model).HasMaxLength(200);
        builder.Property(p => p.BlobKey).HasMaxLength(200);
        builder.Property(p => p.ThumbnailKey).HasMaxLength(200);
        builder.Property(p => p.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(p => p.Standing).HasMaxLength(10).HasDefaultValueSql("'fine'::character varying");
        builder.Property(p => p.StandingReason).HasMaxLength(300);
        builder.HasOne<User>().WithMany().HasForeignKey(p => p.OwnerId).OnDelete(DeleteBehavior.Restrict)
            .HasConstraintName("picture_owner_id_fkey");

        // A job publishes once: the second line of defence behind the queue's fence.
        builder.HasIndex(p => p.JobId).IsUnique().HasDatabaseName("picture_job_id_key");
        builder.HasIndex(p => new { p.OwnerId, p.Id }).HasDatabaseName("picture_owner_newest");
        builder.HasIndex(p => p.GroupId).HasDatabaseName("picture_group");
        builder.HasIndex(p => p.ResultKey).HasDatabaseName("picture_result_key").HasFilter("result_key IS NOT NULL");
        builder.HasIndex(p => p.Id, "picture_shared").HasFilter("shared_at IS NOT NULL AND standing IN ('fine', 'blurred')");
        builder.HasIndex(p => p.Id, "picture_held").HasFilter("standing = 'held'");
        builder.HasIndex(p => new { p.OwnerId, p.Bytes }).HasDatabaseName("picture_owner_bytes");
    }
}
