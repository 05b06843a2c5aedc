using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Node.Probes;

/// <summary>Repeats one probe of one container run with the periods and thresholds of its specification.</summary>
internal sealed class Prober(JsonObject probe, ProbeAction action, TimeProvider time)
{
    /// <summary>
    /// Reports each change of the verdict to <paramref name="onChange"/> (true: success threshold reached, false: failure threshold reached) and each failed
    /// attempt to <paramref name="onFailure"/>; ends when <paramref name="onChange"/> returns false or on cancellation.
    /// </summary>
    public async Task RunAsync(Func<bool, bool> onChange, Func<string, Task> onFailure, CancellationToken cancellationToken)
    {
        var period = TimeSpan.FromSeconds(probe.Number("periodSeconds") ?? 10);
        if (probe.Number("initialDelaySeconds") is { } delay and > 0) await Task.Delay(TimeSpan.FromSeconds(delay), time, cancellationToken);
        using var timer = new PeriodicTimer(period, time);
        var (successes, failures) = (0L, 0L);
        bool? verdict = null;
        do
        {
            var result = await AttemptAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            (successes, failures) = result.Success ? (successes + 1, 0L) : (0L, failures + 1);
            if (!result.Success) await onFailure(result.Message);
            bool? reached = successes >= (probe.Number("successThreshold") ?? 1) ? true : failures >= (probe.Number("failureThreshold") ?? 3) ? false : null;
            if (reached is not { } now || now == verdict) continue;
            verdict = now;
            if (!onChange(now)) return;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<ProbeResult> AttemptAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(probe.Number("timeoutSeconds") ?? 1));
        return await action.RunAsync(probe, limit.Token);
    }
}
