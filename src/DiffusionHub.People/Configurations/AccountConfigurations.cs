using DiffusionHub.Domain.People;
using DiffusionHub.People.Accounts;
using DiffusionHub.People.Roles;
using DiffusionHub.People.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DiffusionHub.People.Configurations;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("user", "hub");
        builder.HasKey(u => u.Id);
        builder.Property(u => u.Name).HasMaxLength(200);
        builder.Property(u => u.CreatedAt).HasDefaultValueSql("now()");
    }
}

internal sealed class AccountConfiguration : IEntityTypeConfiguration<Account>
{
    private const int AddressCharacters = 254;

    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("account");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Ignore(a => a.PhoneNumber);
        builder.Ignore(a => a.PhoneNumberConfirmed);
        builder.Ignore(a => a.Quota);
        builder.Property(a => a.UserName).HasMaxLength(AddressCharacters).IsRequired();
        builder.Property(a => a.NormalizedUserName).HasMaxLength(AddressCharacters).IsRequired();
        builder.Property(a => a.Email).HasMaxLength(AddressCharacters).IsRequired();
        builder.Property(a => a.NormalizedEmail).HasMaxLength(AddressCharacters).IsRequired();
        builder.Property(a => a.EmailConfirmed).HasDefaultValue(false);
        builder.Property(a => a.TwoFactorEnabled).HasDefaultValue(false);
        builder.Property(a => a.LockoutEnabled).HasDefaultValue(true).ValueGeneratedNever();
        builder.Property(a => a.AccessFailedCount).HasDefaultValue(0);
        builder.Property(a => a.Lockouts).HasDefaultValue(0);
        builder.Property(a => a.ConcurrencyStamp).IsConcurrencyToken();
        builder.Property(a => a.Role).HasMaxLength(20);
        builder.HasOne<User>().WithOne().HasForeignKey<Account>(a => a.Id).OnDelete(DeleteBehavior.Cascade).HasConstraintName("account_id_fkey");
        builder.HasOne<Role>().WithMany().HasForeignKey(a => a.Role).OnDelete(DeleteBehavior.Restrict).HasConstraintName("account_role_fkey");
        builder.HasIndex(a => a.NormalizedUserName).IsUnique().HasDatabaseName("account_normalized_user_name_key");
        builder.HasIndex(a => a.NormalizedEmail).IsUnique().HasDatabaseName("account_normalized_email_key");
    }
}

internal sealed class TokenConfiguration : IEntityTypeConfiguration<IdentityUserToken<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> builder)
    {
        builder.ToTable("account_token");
        builder.HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        builder.Property(t => t.LoginProvider).HasMaxLength(128);
        builder.Property(t => t.Name).HasMaxLength(128);
        builder.HasOne<Account>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("account_token_user_id_fkey");
    }
}

internal sealed class PasskeyConfiguration : IEntityTypeConfiguration<IdentityUserPasskey<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> builder)
    {
        builder.ToTable("account_passkey");
        builder.HasKey(p => p.CredentialId);
        builder.OwnsOne(p => p.Data).ToJson("data");
        builder.Navigation(p => p.Data).IsRequired();
        builder.HasOne<Account>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("account_passkey_user_id_fkey");
        builder.HasIndex(p => p.UserId).HasDatabaseName("account_passkey_user");
    }
}

internal sealed class SessionConfiguration : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("session");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.CreatedAt).HasDefaultValueSql("now()");
        builder.Property(s => s.SeenAt).HasDefaultValueSql("now()");
        builder.Property(s => s.Address).HasMaxLength(64);
        builder.Property(s => s.Browser).HasMaxLength(300);
        builder.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("session_account_id_fkey");
        builder.HasIndex(s => s.Hash).IsUnique().HasDatabaseName("session_hash_key");
        builder.HasIndex(s => s.AccountId).HasDatabaseName("session_account");
    }
}
