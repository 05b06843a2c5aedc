using System.Net;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Support;

/// <summary>One connection under observation, with counters and trace of its own.</summary>
internal sealed class ObservedConnection
{
    private readonly ConnectionObserver _observer;
    private readonly LoopMetrics[] _metrics;

    public ObservedConnection(SeriesLimits? limits = null, bool traced = true, bool midStream = false)
    {
        _metrics = [new LoopMetrics(new SharedSeries(limits ?? new SeriesLimits()))];
        var connection = new RelayConnection(1, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 40000), new IPEndPoint(IPAddress.Loopback, 9092), 0, 0);
        _observer = new ConnectionObserver(connection, _metrics[0], Sessions, traced ? Trace : null, midStream, List);
    }

    public RecordingTrace Trace { get; } = new();

    public SessionList Sessions { get; } = new();

    public ConnectionList List { get; } = new();

    public long Now { get; set; }

    public ConnectionProtocol Protocol => _observer.Protocol;

    public MetricsSnapshot Snapshot => MetricsSnapshot.Take(_metrics[0].Series, _metrics);

    public ApiTotals Api(short key) => Snapshot.Api(RelayDirection.Outbound, _metrics[0].Series.Apis.SlotOf(key)) ?? new ApiTotals();

    public long Failures(DecodeFailureReason reason) => Snapshot.Failures[(int)reason];

    public long Open(ConnectionProtocol protocol) => Snapshot.Open[(int)protocol];

    public long Total(ConnectionProtocol protocol) => Snapshot.Connections[(int)protocol];

    public ObservedConnection Send(params ReadOnlySpan<byte> bytes)
    {
        _observer.OnBytes(RelayFlow.Request, bytes, Now, Now);
        return this;
    }

    public ObservedConnection Receive(params ReadOnlySpan<byte> bytes)
    {
        _observer.OnBytes(RelayFlow.Response, bytes, Now, Now);
        return this;
    }

    public ObservedConnection SendBytewise(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            Send(value);
        return this;
    }

    /// <summary>So many seconds pass on its loop.</summary>
    public void Tick(int times = 1)
    {
        for (var i = 0; i < times; i++)
            List.OnTick();
    }

    public void Close() => _observer.OnClosed(RelayEnd.Closed, Now);
}
