using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Transport;
using KafkaMesh.Proxy.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Admin;

/// <summary>An admin server on a free loopback port, with figures and a state that the test sets.</summary>
internal sealed class AdminRig : IAdminContent, IAdminState, IDisposable
{
    private readonly AdminServer _server;

    private long _connections;

    public AdminRig(AdminSettings? settings = null, int loops = 1, TimeProvider? time = null)
    {
        Traffic = new TrafficMetrics(loops, new SeriesLimits(), SidecarIdentity.Create(), TimeProvider.System);
        AdminSettings loopback = (settings ?? new AdminSettings()) with { Address = new IPEndPoint(IPAddress.Loopback, 0) };
        _server = new AdminServer(loopback, this, Traffic, this, new AccessPolicy(null), Log.Logger, time);
    }

    /// <summary>What the live views show.</summary>
    public TrafficMetrics Traffic { get; }

    public string Metrics { get; set; } = "a_metric 1\n";

    public string? NotReady { get; set; }

    public string? NotLive { get; set; }

    public bool CanFinish { get; set; }

    public ManualResetEventSlim FinalRead { get; } = new();

    public bool IsDraining { get; set; }

    /// <summary>A relayed connection without relay: the test shows the bytes.</summary>
    public IRelayObserver Observe(int loop = 0, RelayDirection direction = RelayDirection.Outbound) => Traffic.Create(new RelayConnection(
        ++_connections, direction, new IPEndPoint(IPAddress.Loopback, 40000), IPEndPoint.Parse("10.0.0.7:9092"), loop, Stopwatch.GetTimestamp()));

    public Socket Connect() => RelayRig.Connect(_server.LocalAddress);

    /// <summary>Sends a whole request and returns the whole answer; the request must close the connection.</summary>
    public string Ask(string request)
    {
        using Socket client = Connect();
        client.SendAll(Encoding.Latin1.GetBytes(request));
        return Encoding.UTF8.GetString(client.ReceiveToEnd());
    }

    public string Get(string path, string method = "GET") => Ask($"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    public void WriteMetrics(IBufferWriter<byte> output, MetricsFormat format)
    {
        if (Metrics.Length == 0)
        {
            throw new InvalidOperationException("defect");
        }

        output.Write(Encoding.UTF8.GetBytes(Metrics));
    }

    public void WriteStats(IBufferWriter<byte> output, bool draining, bool final) => output.Write(Encoding.UTF8.GetBytes($"draining={draining} final={final}"));

    public string? WhyNotLive() => NotLive;

    public string? WhyNotReady() => NotReady;

    public bool TryFinish() => CanFinish;

    public void FinalReportRead() => FinalRead.Set();

    public void Dispose()
    {
        _server.Dispose();
        FinalRead.Dispose();
    }
}
