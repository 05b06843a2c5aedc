using System.Threading.Channels;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Reconciliation;

namespace KafkaMesh.Operator.Dashboard.Taps;

/// <summary>
/// Follows the tap of one pod: opens it anew with a fresh token when the sidecar ends it or breaks off, until the pod is gone or stays silent.
/// </summary>
/// <param name="client">Reaches the sidecar.</param>
/// <param name="pod">The pod.</param>
/// <param name="query">Query of the sidecar's <c>/tap</c>.</param>
/// <param name="find">The pod as it is now; null when it is gone.</param>
/// <param name="time">The clock.</param>
internal sealed class PodTap(SidecarClient client, MonitoredPod pod, string query, Func<string, MonitoredPod?> find, TimeProvider time)
{
    private const int MaxFailures = 5;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>Name of the pod.</summary>
    public string Pod => pod.Name;

    /// <summary>Follows the tap.</summary>
    /// <param name="opened">An answer that was opened already; null to open one.</param>
    /// <param name="output">Takes events; one that does not fit is lost.</param>
    /// <param name="lost">Told how many were lost.</param>
    /// <param name="cancellationToken">The reader is gone.</param>
    /// <returns>Why it ended.</returns>
    public async Task<string> RunAsync(HttpResponseMessage? opened, ChannelWriter<TapEvent> output, Action<long> lost, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                using (var response = opened ?? await client.OpenTapAsync(pod, query, cancellationToken))
                {
                    opened = null;
                    failures = await CopyAsync(response, output, lost, cancellationToken) ? 0 : failures + 1;
                }
            }
            catch (SidecarRefusalException)
            {
                return TapEnd.Denied;
            }
            catch (Exception error) when (error is ProblemException or IOException or HttpRequestException or InvalidDataException)
            {
                failures++;
            }
            if (find(pod.Name)?.Uid != pod.Uid)
                return TapEnd.PodGone;
            if (failures >= MaxFailures)
                return TapEnd.Unreachable;
            await Task.Delay(RetryPause * (failures + 1), time, cancellationToken);
        }
    }

    // True when it brought anything.
    private async Task<bool> CopyAsync(HttpResponseMessage response, ChannelWriter<TapEvent> output, Action<long> lost, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var reader = new TapEventReader(stream, time, EventStream.LongestSilence);
        var brought = false;
        while (await reader.ReadAsync(cancellationToken) is { } read)
        {
            brought = true;
            if (read.Name == "end")
                break;
            if (read.Name == "lost")
                lost(TapJson.CountOf(read.Data));
            else if (read.Name is "request" or "response" && (TapJson.WithPod(read.Data, pod.Name) is not { } json || !output.TryWrite(read with { Data = json })))
                lost(1);
        }
        return brought;
    }
}
