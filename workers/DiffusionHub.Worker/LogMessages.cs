using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker;

/// <summary>Every log message of the worker.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Warning, "Model {Model} cannot be used: {Reason}")]
    public static partial void ModelUnusable(this ILogger logger, string model, string reason);

    [LoggerMessage(2, LogLevel.Information, "Model {Model} loaded in {Milliseconds:0} ms")]
    public static partial void ModelLoaded(this ILogger logger, string model, double milliseconds);

    [LoggerMessage(3, LogLevel.Debug, "Job {JobId} claimed, attempt {Attempt}")]
    public static partial void Claimed(this ILogger logger, long jobId, int attempt);

    [LoggerMessage(4, LogLevel.Debug, "Job {JobId} {Result}: {Device:0.0} ms on the device, {Overhead:0.0} ms beside it, of which PNG and thumbnail {Encode:0.0} ms, store {Store:0.0} ms, finish {Finish:0.0} ms")]
    public static partial void Finished(
        this ILogger logger, long jobId, Queue.FinishResult result, double device, double overhead, double encode, double store, double finish);

    [LoggerMessage(5, LogLevel.Warning, "Job {JobId} failed ({Result}): {Error}")]
    public static partial void JobFailed(this ILogger logger, long jobId, Queue.FailResult result, string error);

    [LoggerMessage(6, LogLevel.Error, "Job {JobId} met an unexpected fault")]
    public static partial void Unexpected(this ILogger logger, Exception fault, long jobId);

    [LoggerMessage(7, LogLevel.Information, "Job {JobId} given back ({Reason})")]
    public static partial void Released(this ILogger logger, long jobId, StopReason reason);

    [LoggerMessage(8, LogLevel.Warning, "{Problem}")]
    public static partial void ProblemBegan(this ILogger logger, string problem);

    [LoggerMessage(9, LogLevel.Information, "Going on: the problem is gone")]
    public static partial void ProblemGone(this ILogger logger);

    [LoggerMessage(10, LogLevel.Warning, "The lease was lost; registered again as epoch {Epoch}")]
    public static partial void LeaseLost(this ILogger logger, long epoch);

    [LoggerMessage(11, LogLevel.Information, "Freed {Freed} jobs of dead workers, ended {Ended}")]
    public static partial void Reaped(this ILogger logger, int freed, int ended);

    [LoggerMessage(12, LogLevel.Information, "Stopping")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(13, LogLevel.Debug, "Progress of job {JobId} was not written: {Reason}")]
    public static partial void ProgressLost(this ILogger logger, long jobId, string reason);

    [LoggerMessage(15, LogLevel.Information, "Looking at what came into the folder of models: {Path}")]
    public static partial void Adopting(this ILogger logger, string path);

    [LoggerMessage(17, LogLevel.Debug, "The folder of models changed under the look at it: {Reason}")]
    public static partial void LookDisturbed(this ILogger logger, string reason);

    [LoggerMessage(16, LogLevel.Warning, "The folder {Folder} cannot be watched ({Reason}); it is looked at every half minute")]
    public static partial void NoFolderSignal(this ILogger logger, string folder, string reason);

    [LoggerMessage(18, LogLevel.Information, "Model {Model} went out of memory")]
    public static partial void ModelEvicted(this ILogger logger, string model);

    [LoggerMessage(19, LogLevel.Critical, "Nothing moved for {Seconds:0} s in jobs {JobIds}: the worker ends, so that it can be started anew")]
    public static partial void Stuck(this ILogger logger, double seconds, string jobIds);

    [LoggerMessage(20, LogLevel.Warning, "Job {JobId} met a full memory; models that nobody used were let go of, and it is tried once more: {Fault}")]
    public static partial void MemoryFull(this ILogger logger, long jobId, string fault);

    [LoggerMessage(30, LogLevel.Debug, "Job {JobId} gets a copy of {BlobKey}, which was made from the same: {Result}")]
    public static partial void Reused(this ILogger logger, long jobId, string blobKey, Queue.FinishResult result);

    [LoggerMessage(31, LogLevel.Warning, "Job {JobId} is computed, for pictures made before cannot be looked for: {Reason}")]
    public static partial void RecallFailed(this ILogger logger, long jobId, string reason);

    [LoggerMessage(14, LogLevel.Critical, "The worker ends because of a fault in its own loops")]
    public static partial void Broken(this ILogger logger, Exception fault);
}
