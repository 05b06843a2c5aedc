using System.Globalization;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>People who look: event streams as the web UI's pages hold them open, read as they come.</summary>
internal sealed class DashboardReaders : IAsyncDisposable
{
    /// <summary>Overviews that are open.</summary>
    public const int Overviews = 20;

    /// <summary>Pages of one monitor each; such a page fetches what is new of the history whenever its monitor's figures changed.</summary>
    public const int MonitorPages = 5;

    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _reading;
    private long _events;
    private long _bytes;

    private DashboardReaders(int port, IReadOnlyList<(string Namespace, string Name)> monitors)
    {
        _client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), Timeout = Timeout.InfiniteTimeSpan };
        _reading =
        [
            .. Enumerable.Range(0, Overviews).Select(_ => ReadAsync("api/v1/events", history: null)),
            .. monitors.Take(MonitorPages).Select(m => ReadAsync(
                $"api/v1/events?namespace={m.Namespace}&monitor={m.Name}", $"api/v1/namespaces/{m.Namespace}/monitors/{m.Name}/history")),
        ];
    }

    /// <summary>Events that came.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Bytes that came.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Opens all.</summary>
    /// <param name="port">Port of the dashboard.</param>
    /// <param name="monitors">Monitors that have a page.</param>
    public static DashboardReaders Open(int port, IReadOnlyList<(string Namespace, string Name)> monitors) => new(port, monitors);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(string path, string? history)
    {
        try
        {
            await using var stream = await _client.GetStreamAsync(path, _stop.Token);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                Interlocked.Add(ref _bytes, line.Length);
                if (!line.StartsWith("event: ", StringComparison.Ordinal))
                    continue;
                Interlocked.Increment(ref _events);
                if (history is not null && line == "event: monitor")
                    Interlocked.Add(ref _bytes, (await _client.GetByteArrayAsync(Since(history), _stop.Token)).Length);
            }
            throw new InvalidOperationException($"the operator ended {path}");
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    private static string Since(string history) => string.Create(CultureInfo.InvariantCulture, $"{history}?since={DateTimeOffset.UtcNow.AddSeconds(-20):yyyy-MM-ddTHH:mm:ssZ}");
}
