using System.Threading.RateLimiting;
using DiffusionHub.Data.Settings;

namespace DiffusionHub.Web.Shared.Net.Limits;

/// <summary>One caller's allowance of one kind of request.</summary>
internal readonly record struct Bucket(string Kind, string Caller, int AMinute, int Burst);

/// <summary>The allowances of everybody, as token buckets; those that are full and forgotten go by themselves. One for each node.</summary>
internal sealed class RateLimits : IDisposable
{
    private const string OpenLine = "line";
    private readonly HubSettings _settings;
    private readonly PartitionedRateLimiter<Bucket> _buckets = PartitionedRateLimiter.Create<Bucket, Bucket>(bucket => RateLimitPartition.GetTokenBucketLimiter(bucket, Options));

    public RateLimits(HubSettings settings)
    {
        _settings = settings;
        Door = PartitionedRateLimiter.Create<HttpContext, Bucket>(http => IsSignIn(http.Request)
            ? RateLimitPartition.GetTokenBucketLimiter(Of("sign-in", Caller.AddressOf(http), RateNumbers.SignIn), Options)
            : RateLimitPartition.GetNoLimiter(default(Bucket)));
        Requests = PartitionedRateLimiter.CreateChained(
            _buckets.WithTranslatedKey<HttpContext>(BucketOf, leaveOpen: true),
            PartitionedRateLimiter.Create<HttpContext, Bucket>(http => IsLine(http.Request)
                ? RateLimitPartition.GetConcurrencyLimiter(LinesOf(http), bucket => new ConcurrencyLimiterOptions { PermitLimit = bucket.Burst, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter(default(Bucket))));
    }

    /// <summary>Before anybody is asked who he is: what tries passwords is counted by its address alone, and refused before one is hashed.</summary>
    public PartitionedRateLimiter<HttpContext> Door { get; }

    /// <summary>All requests; a line counts as open until its request ends.</summary>
    public PartitionedRateLimiter<HttpContext> Requests { get; }

    /// <summary>Whether a request is a line that stays open, of a page or of a program.</summary>
    public static bool IsLine(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && (request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes one submit from a live line's allowance: the same as over HTTP.</summary>
    public bool TakeSubmit(HttpContext http)
    {
        using var lease = _buckets.AttemptAcquire(Of("submit", http, RateNumbers.Submit));
        return lease.IsAcquired;
    }

    /// <summary>Whether an address has brought too many wrong keys of late.</summary>
    public bool TriesKeys(HttpContext http)
    {
        using var lease = _buckets.AttemptAcquire(WrongKeys(http), permitCount: 0);
        return !lease.IsAcquired;
    }

    /// <summary>Counts a wrong key.</summary>
    public void CountWrongKey(HttpContext http) => _buckets.AttemptAcquire(WrongKeys(http)).Dispose();

    /// <inheritdoc />
    public void Dispose()
    {
        _buckets.Dispose();
        Door.Dispose();
        Requests.Dispose();
    }

    private static Bucket WrongKeys(HttpContext http) => Of("wrong-key", Caller.AddressOf(http), RateNumbers.WrongKey);

    private static bool IsSignIn(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && (request.Path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/setup", StringComparison.OrdinalIgnoreCase));

    private Bucket BucketOf(HttpContext http)
    {
        var request = http.Request;
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? Path.HasExtension(request.Path.Value) ? Of("file", http, RateNumbers.File) : Of("general", http, RateNumbers.General)
            : request.Path.StartsWithSegments("/api/v1/jobs", StringComparison.OrdinalIgnoreCase) || request.Path.StartsWithSegments("/api/v1/uploads", StringComparison.OrdinalIgnoreCase)
                ? Of("submit", http, RateNumbers.Submit)
                : Of("general", http, RateNumbers.General);
    }

    private Bucket LinesOf(HttpContext http)
    {
        var caller = Caller.Of(http, _settings);
        return new Bucket(OpenLine, caller.Id, 0, RateNumbers.OpenLines * (caller.IsOwner ? RateNumbers.OwnerTimes : 1));
    }

    private Bucket Of(string kind, HttpContext http, Rate rate)
    {
        var caller = Caller.Of(http, _settings);
        // A key's own limit holds for all that it does together.
        return caller.Own is { } own ? Of("key", caller.Id, new Rate(own, own))
            : Of(kind, caller.Id, caller.IsOwner ? new Rate(rate.AMinute * RateNumbers.OwnerTimes, rate.Burst * RateNumbers.OwnerTimes) : rate);
    }

    private static Bucket Of(string kind, string caller, Rate rate) => new(kind, caller, rate.AMinute, rate.Burst);

    private static TokenBucketRateLimiterOptions Options(Bucket bucket)
    {
        // Seldom more often than once a second: a token a period up to 60 a minute, several above.
        var period = TimeSpan.FromMinutes(1.0 / Math.Min(60, bucket.AMinute));
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = bucket.Burst, TokensPerPeriod = Math.Max(1, bucket.AMinute / 60), ReplenishmentPeriod = period, QueueLimit = 0, AutoReplenishment = true,
        };
    }
}
