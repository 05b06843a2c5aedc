using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Transport;
using Serilog;

namespace KafkaMesh.Proxy.Tests.Admin;

/// <summary>An admin server on a free loopback port, with figures and a state that the test sets.</summary>
internal sealed class AdminRig : IAdminContent, IAdminState, IDisposable
{
    private readonly AdminServer _server;

    public AdminRig(AdminSettings? settings = null) =>
        _server = new AdminServer((settings ?? new AdminSettings()) with { Address = new IPEndPoint(IPAddress.Loopback, 0) }, this, this, Log.Logger);

    public string Metrics { get; set; } = "a_metric 1\n";

    public string? NotReady { get; set; }

    public string? NotLive { get; set; }

    public bool CanFinish { get; set; }

    public ManualResetEventSlim FinalRead { get; } = new();

    public bool IsDraining { get; set; }

    public Socket Connect() => RelayRig.Connect(_server.LocalAddress);

    /// <summary>Sends a whole request and returns the whole answer; the request must close the connection.</summary>
    public string Ask(string request)
    {
        using Socket client = Connect();
        client.SendAll(Encoding.Latin1.GetBytes(request));
        return Encoding.UTF8.GetString(client.ReceiveToEnd());
    }

    public string Get(string path, string method = "GET") => Ask($"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    public void WriteMetrics(IBufferWriter<byte> output)
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
