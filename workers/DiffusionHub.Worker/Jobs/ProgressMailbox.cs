using System.Threading.Channels;
using DiffusionHub.Imaging;
using DiffusionHub.Queue;
using Microsoft.Extensions.Logging;

namespace DiffusionHub.Worker.Jobs;

/// <summary>One step's report; the preview is encoded off the inference thread.</summary>
internal sealed record StepReport(int Step, int Steps, RgbImage? Preview);

/// <summary>
/// Takes the steps of one run off the inference thread: encodes the preview and writes the progress row. Only the latest waits, so a slow
/// database never slows a run down.
/// </summary>
internal sealed class ProgressMailbox : IAsyncDisposable
{
    private readonly Channel<StepReport> _latest = Channel.CreateBounded<StepReport>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Report _report;
    private readonly RunningJob _job;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _gone = new();
    private readonly Task _writing;

    public ProgressMailbox(Report report, RunningJob job, ILogger logger)
    {
        (_report, _job, _logger) = (report, job, logger);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Writes how far the job is.</summary>
    public delegate Task<ProgressAnswer> Report(int step, int steps, byte[]? previewWebp);

    public void Post(StepReport report) => _latest.Writer.TryWrite(report);

    /// <summary>Drops what is not written yet: the result follows.</summary>
    public async ValueTask DisposeAsync()
    {
        _latest.Writer.Complete();
        await _gone.CancelAsync();
        await _writing;
        _gone.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var report in _latest.Reader.ReadAllAsync(_gone.Token))
            {
                try
                {
                    var answer = await _report(report.Step, report.Steps, report.Preview is null ? null : PreviewFile.Encode(report.Preview));
                    if (!answer.Current)
                    {
                        _job.Stop(StopReason.LeaseLost);
                    }
                    else if (answer.CancelRequested)
                    {
                        _job.Stop(StopReason.Cancelled);
                    }
                }
                catch (QueueUnavailableException e)
                {
                    // Progress is worth no retry: the next step brings newer.
                    _logger.ProgressLost(_job.Claim.JobId, e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run ended.
        }
    }
}
