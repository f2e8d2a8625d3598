using DiffusionHub.Domain.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Audit;
using DiffusionHub.People.Keys;
using DiffusionHub.People.Links;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DiffusionHub.People.Configurations;

internal sealed class RoleConfiguration : IEntityTypeConfiguration<Role>
{
    public void Configure(EntityTypeBuilder<Role> builder)
    {
        builder.ToTable("role");
        builder.HasKey(r => r.Name);
        builder.Property(r => r.Name).HasMaxLength(20);
        builder.Ignore(r => r.Quota);
    }
}

internal sealed class PeopleSettingConfiguration : IEntityTypeConfiguration<PeopleSetting>
{
    public void Configure(EntityTypeBuilder<PeopleSetting> builder)
    {
        builder.ToTable("setting");
        builder.HasKey(s => s.OnlyRow);
        builder.Property(s => s.OnlyRow).HasDefaultValue(true).ValueGeneratedNever();
        builder.Property(s => s.SignUp).HasMaxLength(20).HasDefaultValueSql("'invitation'::character varying").ValueGeneratedNever();
        builder.Property(s => s.SignUpRole).HasMaxLength(20).HasDefaultValueSql("'member'::character varying").ValueGeneratedNever();
    }
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_key");
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Name).HasMaxLength(100);
        builder.Property(k => k.Prefix).HasMaxLength(16);
        builder.Property(k => k.CreatedAt).HasDefaultValueSql("now()");
        builder.HasOne<Account>().WithMany().HasForeignKey(k => k.AccountId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("api_key_account_id_fkey");
        builder.HasIndex(k => k.Hash).IsUnique().HasDatabaseName("api_key_hash_key");
        builder.HasIndex(k => k.AccountId).HasDatabaseName("api_key_account");
    }
}

internal sealed class ApiKeyDayConfiguration : IEntityTypeConfiguration<ApiKeyDay>
{
    public void Configure(EntityTypeBuilder<ApiKeyDay> builder)
    {
        builder.ToTable("api_key_day");
        builder.HasKey(d => new { d.KeyId, d.Day });
        builder.HasOne<ApiKey>().WithMany().HasForeignKey(d => d.KeyId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("api_key_day_key_id_fkey");
    }
}

internal sealed class LinkConfiguration : IEntityTypeConfiguration<Link>
{
    public void Configure(EntityTypeBuilder<Link> builder)
    {
        builder.ToTable("link");
        builder.HasKey(l => l.Id);
        builder.Property(l => l.Kind).HasMaxLength(20);
        builder.Property(l => l.Role).HasMaxLength(20);
        builder.Property(l => l.Email).HasMaxLength(254);
        builder.Property(l => l.CreatedAt).HasDefaultValueSql("now()");
        builder.HasOne<Account>().WithMany().HasForeignKey(l => l.AccountId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("link_account_id_fkey");
        builder.HasOne<Account>().WithMany().HasForeignKey(l => l.CreatedBy).OnDelete(DeleteBehavior.Cascade).HasConstraintName("link_created_by_fkey");
        builder.HasOne<Account>().WithMany().HasForeignKey(l => l.UsedBy).OnDelete(DeleteBehavior.SetNull).HasConstraintName("link_used_by_fkey");
        builder.HasOne<Role>().WithMany().HasForeignKey(l => l.Role).OnDelete(DeleteBehavior.Restrict).HasConstraintName("link_role_fkey");
        builder.HasIndex(l => l.Hash).IsUnique().HasDatabaseName("link_hash_key");
    }
}

internal sealed class PromptRuleConfiguration : IEntityTypeConfiguration<PromptRule>
{
    public void Configure(EntityTypeBuilder<PromptRule> builder)
    {
        builder.ToTable("prompt_rule");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Reason).HasMaxLength(300);
        builder.Property(r => r.CreatedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class ReportConfiguration : IEntityTypeConfiguration<Report>
{
    public void Configure(EntityTypeBuilder<Report> builder)
    {
        builder.ToTable("report");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Reason).HasMaxLength(500);
        builder.Property(r => r.CreatedAt).HasDefaultValueSql("now()");
        builder.HasOne<User>().WithMany().HasForeignKey(r => r.ReporterId).OnDelete(DeleteBehavior.SetNull).HasConstraintName("report_reporter_id_fkey");
        builder.HasOne<User>().WithMany().HasForeignKey(r => r.ClosedBy).OnDelete(DeleteBehavior.SetNull).HasConstraintName("report_closed_by_fkey");
        builder.HasIndex(r => r.PictureId).HasDatabaseName("report_open").HasFilter("closed_at IS NULL");
        builder.HasIndex(r => new { r.PictureId, r.ReporterId }).IsUnique().HasDatabaseName("report_open_key").HasFilter("closed_at IS NULL");
    }
}

internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).UseIdentityAlwaysColumn();
        builder.Property(a => a.At).HasDefaultValueSql("now()");
        builder.Property(a => a.Actor).HasMaxLength(254);
        builder.Property(a => a.Via).HasMaxLength(100);
        builder.Property(a => a.Address).HasMaxLength(64);
        builder.Property(a => a.Action).HasMaxLength(60);
        builder.Property(a => a.Subject).HasMaxLength(300);
        builder.Property(a => a.Detail).HasColumnType("jsonb").HasDefaultValueSql("'{}'::jsonb");
        builder.HasIndex(a => new { a.ActorId, a.Id }).HasDatabaseName("audit_actor");
        builder.HasIndex(a => new { a.Action, a.Id }).HasDatabaseName("audit_action");
    }
}
