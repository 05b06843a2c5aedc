using System.Net;
using System.Text.Json;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Stats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Cluster;

/// <summary>Answers /stats on an address of its own, as the sidecar of a pod with that address would.</summary>
internal sealed class SidecarServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile StatsReport _report;
    private int _reads;

    private SidecarServer(WebApplication app, StatsReport report)
    {
        _app = app;
        _report = report;
    }

    /// <summary>The report that is answered from now on.</summary>
    public StatsReport Report
    {
        get => _report;
        set => _report = value;
    }

    /// <summary>How often it was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>What its last reader showed; empty when it showed nothing.</summary>
    public string LastAuthorization { get; private set; } = "";

    /// <summary>Starts serving.</summary>
    /// <param name="address">A loopback address that nobody else uses.</param>
    /// <param name="report">The first report.</param>
    public static async Task<SidecarServer> StartAsync(string address, StatsReport report)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Parse(address), WellKnownNames.AdminPort));
        var server = new SidecarServer(builder.Build(), report);
        server._app.Run(context =>
        {
            Assert.Equal("/stats", context.Request.Path.Value);
            server.LastAuthorization = context.Request.Headers.Authorization.ToString();
            Interlocked.Increment(ref server._reads);
            return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(server._report, ContractsJson.Default.StatsReport)).AsTask();
        });
        await server._app.StartAsync();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
