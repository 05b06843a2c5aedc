using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KafkaMesh.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace KafkaMesh.Benchmarks.Scale;

/// <summary>Many sidecars' <c>/stats</c>, each at an address of its own in 127.0.0.0/8, behind one listening socket that only the loopback device reaches.</summary>
internal sealed class SidecarFleet : IAsyncDisposable
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int BindToDevice = 25; // SO_BINDTODEVICE
    private const int PerSubnet = 250;

    private readonly WebApplication _app;
    private readonly SimulatedSidecar[] _sidecars;
    private long _reads;
    private long _bytes;

    private SidecarFleet(WebApplication app, int count)
    {
        _app = app;
        _sidecars = [.. Enumerable.Range(0, count).Select(i => new SimulatedSidecar(i))];
    }

    /// <summary>Port of all of them.</summary>
    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Reports that were read.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Bytes of them.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The counters stand still from now on; reports go on.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Starts serving.</summary>
    public static async Task<SidecarFleet> StartAsync(int count)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Any, 0);
            // As the sidecar's own server does.
            options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = Listen);
        var fleet = new SidecarFleet(builder.Build(), count);
        fleet._app.Run(fleet.AnswerAsync);
        await fleet._app.StartAsync();
        return fleet;
    }

    /// <summary>Address of a sidecar.</summary>
    public static string AddressOf(int index) => $"127.80.{index / PerSubnet}.{1 + (index % PerSubnet)}";

    /// <summary>Requests that some sidecars have counted up to their latest report.</summary>
    public long RequestsOf(IEnumerable<int> sidecars) => sidecars.Sum(i => _sidecars[i].Steps) * SimulatedSidecar.RequestsPerStep;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var address = context.Connection.LocalIpAddress!.MapToIPv4().GetAddressBytes();
        var index = (address[2] * PerSubnet) + address[3] - 1;
        if (context.Request.Path != "/stats" || address[1] != 80 || index >= _sidecars.Length)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        byte[] body;
        lock (_sidecars[index])
            body = JsonSerializer.SerializeToUtf8Bytes(_sidecars[index].Next(IsFrozen), ContractsJson.Default.StatsReport);
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _bytes, body.Length);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Socket Listen(EndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(SocketLevel, BindToDevice, "lo\0"u8);
        socket.Bind(endpoint);
        return socket;
    }
}
