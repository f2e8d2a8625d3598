namespace DiffusionHub.Web.Features.Admin;

/// <summary>Something that costs too much to be read with each change of the queue: it is read anew once it is old enough.</summary>
/// <param name="time">The clock.</param>
/// <param name="pause">From when on it is old.</param>
/// <param name="read">Reads it.</param>
internal sealed class Paced<T>(TimeProvider time, TimeSpan pause, Func<CancellationToken, Task<T>> read)
    where T : class
{
    private T? _value;
    private long _readAt;

    /// <summary>What was read last, or what is now.</summary>
    public async Task<T> ReadAsync(CancellationToken cancellationToken)
    {
        if (_value is null || time.GetElapsedTime(_readAt) >= pause)
        {
            _value = await read(cancellationToken);
            _readAt = time.GetTimestamp();
        }

        return _value;
    }

    /// <summary>The next reading is anew: something was changed.</summary>
    public void Forget() => _value = null;
}
