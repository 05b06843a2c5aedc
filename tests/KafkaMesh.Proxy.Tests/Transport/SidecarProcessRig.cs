using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Tests.Commands;

namespace KafkaMesh.Proxy.Tests.Transport;

/// <summary>The built sidecar as a process in forward mode, whose descriptors and memory are its own, in front of a scripted broker.</summary>
internal sealed class SidecarProcessRig : IDisposable
{
    /// <summary>A young generation of 4 MiB (hexadecimal): collections come early, so that what grows after them is kept by somebody.</summary>
    private const string SmallYoungGeneration = "DOTNET_GCgen0size=400000";

    private readonly ScriptedBroker _broker = new();

    public SidecarProcessRig() => Sidecar = ProxyProcess.Start(
        ["env", SmallYoungGeneration],
        "run", "--forward", $"127.0.0.1:0={_broker.Address}", "--admin-address", "127.0.0.1", "--admin-port", "0", "--loops", "2", "--drain-timeout", "0");

    public ProxyProcess Sidecar { get; }

    public IPEndPoint Address => Sidecar.Address(" listening on");

    /// <summary>Open sockets, pipes and their like. Files do not count: here, not in the shipped single file, assemblies are files that are opened late.</summary>
    public int Descriptors => Directory.GetFileSystemEntries($"/proc/{Sidecar.Id}/fd").Count(IsNoFile);

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            string line = File.ReadLines($"/proc/{Sidecar.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>A figure of /metrics, summed over its labels.</summary>
    public long Figure(string series) => Sidecar.Get("/metrics").Split('\n')
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal) || line.StartsWith(series + "{", StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public void AwaitQuiet()
    {
        Assert.True(SpinWait.SpinUntil(() => Figure("kafkamesh_relay_connections_open") == 0, RelayRig.Deadline), "connections are still open");
        Assert.Equal(0, Figure("kafkamesh_requests_in_flight"));
        Assert.Equal(0, Figure("kafkamesh_connections"));
    }

    /// <summary>Waits until no more are open than before; the last call to the admin server may still be ending.</summary>
    public void AwaitDescriptors(int before) =>
        Assert.True(SpinWait.SpinUntil(() => Descriptors <= before, RelayRig.Deadline), $"{Descriptors} descriptors are open, {before} were");

    /// <summary>The sidecar still relays.</summary>
    public void AssertServes()
    {
        using Socket client = RelayRig.Connect(Address);
        ScriptedBroker.AskAndCheck(client, 'a', 3);
    }

    public void Dispose()
    {
        Sidecar.Dispose();
        _broker.Dispose();
    }

    private static bool IsNoFile(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.ToString().Contains(":[", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false; // Closed meanwhile.
        }
    }
}
