using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>Fetches the reports of sidecars from the pods' addresses, bounded in time, size and number at once.</summary>
internal sealed class StatsCollector : IDisposable
{
    /// <summary>Largest report that is read.</summary>
    public const int MaxReportBytes = 4 * 1024 * 1024;

    private const int MaxConcurrent = 64;

    private readonly ContractsJson _json = new(new JsonSerializerOptions(ContractsJson.Default.Options) { Converters = { NameCache.Shared } });
    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private readonly TimeSpan _timeout;
    private readonly HttpClient _client;

    /// <summary>Makes a collector.</summary>
    /// <param name="timeout">Deadline of one report.</param>
    public StatsCollector(TimeSpan timeout)
    {
        _timeout = timeout;
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
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxReportBytes };
    }

    /// <summary>Fetches one report.</summary>
    /// <param name="address">Address of the pod.</param>
    /// <param name="port">Admin port of its sidecar.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CollectResult> FetchAsync(string address, int port, CancellationToken cancellationToken)
    {
        if (!IPAddress.TryParse(address, out var ip) || port is < 1 or > 65535)
            return CollectResult.Failed("address", $"{address}:{port} is no address of a sidecar");
        await _slots.WaitAsync(cancellationToken);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder("http", ip.ToString(), port, "/stats").Uri);
            request.Headers.ConnectionClose = true;
            using var response = await _client.SendAsync(request, deadline.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return CollectResult.Failed("status", $"it answered {(int)response.StatusCode}");
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            var report = JsonSerializer.Deserialize(body, _json.StatsReport);
            return report is null ? CollectResult.Failed("malformed", "it answered null") : CollectResult.Success(report);
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
        catch (JsonException error)
        {
            return CollectResult.Failed("malformed", error.Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _slots.Dispose();
    }
}
