using DiffusionHub.People.Accounts;
using Microsoft.AspNetCore.Identity;

namespace DiffusionHub.Web.Features.Accounts;

/// <summary>
/// Hashing a password takes a core for a good part of a second, on purpose. Only half of the cores do it at a time, and only a few more
/// people wait for a turn: whoever sends passwords in masses slows themselves down, not everybody's pages.
/// </summary>
internal sealed class PasswordGate : IDisposable
{
    private const int MostWaiting = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly IPasswordHasher<Account> _hasher;
    private readonly Account _nobody = new() { Role = "" };
    private readonly Lazy<string> _hash;
    private int _waiting;

    public PasswordGate(IPasswordHasher<Account> hasher)
    {
        _hasher = hasher;
        _hash = new Lazy<string>(() => hasher.HashPassword(_nobody, Guid.NewGuid().ToString()));
    }

    /// <summary>Waits for a turn, which ends when it is disposed; null: too many wait.</summary>
    public async Task<IDisposable?> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            return await _turns.WaitAsync(Patience, cancellationToken) ? new Turn(_turns) : null;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Takes the time that a look at a password takes.</summary>
    public void Pretend(string password) => _hasher.VerifyHashedPassword(_nobody, _hash.Value, password.Length <= PasswordRules.Most ? password : "");

    /// <inheritdoc />
    public void Dispose() => _turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
