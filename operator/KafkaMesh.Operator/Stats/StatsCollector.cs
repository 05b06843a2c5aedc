using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// Fetches the reports of sidecars from the pods' addresses, bounded in time, size and number at once. Whatever a network policy keeps
/// silent waits among its like (<see cref="CollectLane"/>) and holds up nobody who answers.
/// </summary>
internal sealed class StatsCollector : IDisposable
{
    /// <summary>Largest report that is read.</summary>
    public const int MaxReportBytes = 4 * 1024 * 1024;

    private const int UsualReportBytes = 32 * 1024;

    private readonly ContractsJson _json = new(new JsonSerializerOptions(ContractsJson.Default.Options) { Converters = { NameCache.Shared } });
    // A request that nobody answers costs a socket, a report that is read costs memory.
    private readonly Lane[] _lanes = [new(requests: 64, reports: 32), new(requests: 256, reports: 16), new(requests: 512, reports: 16)];
    private readonly TimeSpan _timeout;
    private readonly StatsTokens? _tokens;
    private readonly HttpClient _client;

    /// <summary>Makes a collector.</summary>
    /// <param name="timeout">Deadline of an answer's head, and of the report that follows.</param>
    /// <param name="tokens">Show sidecars that the operator asks; null: it asks like anybody.</param>
    public StatsCollector(TimeSpan timeout, StatsTokens? tokens = null)
    {
        (_timeout, _tokens) = (timeout, tokens);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = timeout,
            // Sidecars end a connection that is idle for as long as the usual interval: one that was kept would break just when it is needed.
            PooledConnectionIdleTimeout = TimeSpan.Zero,
            MaxResponseHeadersLength = 16,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches one report.</summary>
    /// <param name="address">Address of the pod.</param>
    /// <param name="port">Admin port of its sidecar.</param>
    /// <param name="podUid">The pod's uid.</param>
    /// <param name="isEnding">The pod ends: its last report is given to the operator only.</param>
    /// <param name="kind">Among which others it waits for its turn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CollectResult> FetchAsync(string address, int port, string podUid, bool isEnding, CollectLane kind, CancellationToken cancellationToken)
    {
        if (!IPAddress.TryParse(address, out var ip) || port is < 1 or > 65535)
            return CollectResult.Failed("address", $"{address}:{port} is no address of a sidecar");
        var lane = _lanes[(int)kind];
        using var turn = await Turn.TakeAsync(lane.Requests, cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            var uri = new UriBuilder("http", ip.ToString(), port, "/stats").Uri;
            using var response = await SendAsync(uri, podUid, isEnding, deadline.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return CollectResult.Failed("status", $"it answered {(int)response.StatusCode}");
            await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);

            // It has answered in time; that others are read first is not its fault.
            deadline.CancelAfter(Timeout.InfiniteTimeSpan);
            using var reading = await Turn.TakeAsync(lane.Reports, cancellationToken);
            deadline.CancelAfter(_timeout);
            return await ReadAsync(body, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CollectResult.Failed("timeout", $"no answer within {_timeout.TotalSeconds} s");
        }
        catch (HttpRequestException error)
        {
            var reason = error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "refused" : "connection";
            return CollectResult.Failed(reason, error.Message);
        }
        catch (IOException error)
        {
            return CollectResult.Failed("connection", error.Message);
        }
        catch (JsonException error)
        {
            return CollectResult.Failed("malformed", error.Message);
        }
    }

    // A token makes the sidecar load its cryptographic library, a quarter of its memory: it is shown one only where that makes a difference.
    private async Task<HttpResponseMessage> SendAsync(Uri uri, string podUid, bool isEnding, CancellationToken cancellationToken)
    {
        if (isEnding)
            return await SendAsync(uri, _tokens?.For(podUid), cancellationToken);
        var response = await SendAsync(uri, token: null, cancellationToken);
        if (response.StatusCode != HttpStatusCode.TooManyRequests || _tokens?.For(podUid) is not { } token)
            return response;
        response.Dispose();
        return await SendAsync(uri, token, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(Uri uri, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.ConnectionClose = true;
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // The whole of it in one buffer, which is lent: thousands of reports an interval leave no garbage but their figures.
    private async Task<CollectResult> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(UsualReportBytes);
        try
        {
            var length = 0;
            int read;
            while ((read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
            {
                length += read;
                if (length > MaxReportBytes)
                    return CollectResult.Failed("malformed", $"its report is larger than {MaxReportBytes} bytes");
                if (length == buffer.Length)
                    buffer = Grown(buffer);
            }
            var report = JsonSerializer.Deserialize(buffer.AsSpan(0, length), _json.StatsReport);
            return report is null ? CollectResult.Failed("malformed", "it answered null") : CollectResult.Success(report);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grown(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        foreach (var lane in _lanes)
            lane.Dispose();
    }

    // Requests that are under way at once, and of their reports those that are in memory.
    private sealed class Lane(int requests, int reports) : IDisposable
    {
        public SemaphoreSlim Requests { get; } = new(requests);

        public SemaphoreSlim Reports { get; } = new(reports);

        public void Dispose()
        {
            Requests.Dispose();
            Reports.Dispose();
        }
    }

    private readonly struct Turn(SemaphoreSlim slots) : IDisposable
    {
        public static async Task<Turn> TakeAsync(SemaphoreSlim slots, CancellationToken cancellationToken)
        {
            await slots.WaitAsync(cancellationToken);
            return new Turn(slots);
        }

        public void Dispose() => slots.Release();
    }
}
