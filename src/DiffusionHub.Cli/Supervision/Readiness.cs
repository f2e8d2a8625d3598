namespace DiffusionHub.Cli.Supervision;

/// <summary>Whether a hub can make a picture now.</summary>
internal static class Readiness
{
    /// <summary>True when <c>/health/ready</c> says so; false when it does not, or nobody answers.</summary>
    public static async Task<bool> AskAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The answer took too long.
            return false;
        }
    }
}
