namespace DiffusionHub.Pipelines.Tests.Sharing;

/// <summary>Does something several times at once, on threads of their own.</summary>
internal static class Together
{
    public static Task<TResult[]> RunAsync<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> work)
    {
        var begin = new Barrier(items.Count);
        return Task.WhenAll(items.Select(item => Task.Factory.StartNew(
            () =>
            {
                begin.SignalAndWait();
                return work(item);
            },
            TaskCreationOptions.LongRunning)));
    }

    public static Task<TResult[]> RunAsync<TResult>(IReadOnlyList<bool> items, Func<bool, TResult> work) => RunAsync<bool, TResult>(items, work);
}
