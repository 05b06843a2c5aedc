using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.CustomResources;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.OpenApi;
using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using ILogger = Serilog.ILogger;

namespace KafkaMesh.Playground.ApiServer;

/// <summary>The Kubernetes API server of the playground: store, policy and HTTPS listener in one object that starts and stops.</summary>
internal sealed class ApiServerHost : IAsyncDisposable
{
    private const long MaxRequestBytes = 4 * 1024 * 1024;
    private static readonly string[] FirstNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];
    private static readonly string[] OwnNames =
        ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];

    private readonly ApiServerOptions _options;
    private readonly ApiServerPolicy _policy;
    private readonly ObjectWriter _writer;
    private readonly ObjectRemover _remover;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _log;
    private WebApplication? _app;
    private Task _controller = Task.CompletedTask;

    private ApiServerHost(ApiServerOptions options)
    {
        _options = options;
        _log = options.Log ?? Serilog.Core.Logger.None;
        Store = new ObjectStore(options.Store);
        Kinds = new KindRegistry(BuiltInKinds.Create());
        Authority = new ClusterAuthority(options.Time);
        AdminToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        _policy = options.Policy(new ApiServerParts(Store, Kinds, Authority, AdminToken, options.Time, _log, options.Dial, options.Version) { DefaultPodSecurity = options.DefaultPodSecurity });
        _writer = new ObjectWriter(Store, _policy.Stages, options.Time);
        _remover = new ObjectRemover(Store, _policy.Stages, options.Time);
    }

    /// <summary>The cluster's state.</summary>
    public ObjectStore Store { get; }

    /// <summary>The kinds that are served.</summary>
    public KindRegistry Kinds { get; }

    /// <summary>The cluster's certificate authority.</summary>
    public ClusterAuthority Authority { get; }

    /// <summary>Bearer token of the administrator.</summary>
    public string AdminToken { get; }

    /// <summary>The deciding parts.</summary>
    public ApiServerPolicy Policy => _policy;

    /// <summary>The address on 127.0.0.1.</summary>
    public Uri Address { get; private set; } = new("https://127.0.0.1");

    /// <summary>The node that runs pods; without one, logs, exec and proxy answer as if the node were missing.</summary>
    public INodeAgent? NodeAgent { get; set; }

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<ApiServerHost> StartAsync(ApiServerOptions options, CancellationToken cancel = default)
    {
        var host = new ApiServerHost(options);
        try
        {
            await host.CreateFirstObjectsAsync(cancel);
            await host.ListenAsync(cancel);
            host._controller = host.RunControllerAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client for a component inside the process; its name is user and field manager.</summary>
    public IClusterClient ClientFor(string component) =>
        new ClusterClient(Store, Kinds, _writer, _remover, UserInfo.System($"system:{component}"), component);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _controller;
        _policy.Tokens.Dispose();
        Authority.Dispose();
        _stopping.Dispose();
    }

    private async Task CreateFirstObjectsAsync(CancellationToken cancel)
    {
        var client = ClientFor("apiserver");
        foreach (var name in FirstNamespaces)
        {
            await client.CreateAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } }, cancel);
        }

        foreach (var role in BootstrapRoles.Create())
        {
            await client.CreateAsync(role, cancel);
        }
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerFactory>(new Serilog.Extensions.Logging.SerilogLoggerFactory(_log));
        var certificate = Authority.IssueServer(OwnNames.Concat(_options.Names), [IPAddress.Loopback, IPAddress.IPv6Loopback, .. _options.Addresses]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Warning headers carry UTF-8 as it is.
            kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.UTF8;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Listen(IPAddress.Loopback, _options.Port, listen => UseTls(listen, certificate));
            foreach (var listener in _options.Listeners)
            {
                kestrel.ListenHandle((ulong)listener.DangerousGetHandle(), listen => UseTls(listen, certificate));
            }
        });
        _app = builder.Build();
        var handler = NewHandler();
        _app.UseWebSockets();
        _app.Run(handler.HandleAsync);
        await _app.StartAsync(cancel);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new Uri(addresses.First(a => a.StartsWith("https://127.0.0.1:", StringComparison.Ordinal)));
    }

    private void UseTls(ListenOptions listen, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (client, _, _) => Authority.HasIssued(client);
        });
    }

    private ApiHandler NewHandler()
    {
        var reader = new ObjectReader(Store, _options.Time);
        var reads = new ReadHandler(reader, _options.Time);
        var resources = new ResourceHandler(
            Kinds, reader, reads, new WatchHandler(Store, _options.Time), new WriteHandler(_writer, _remover, reader, reads, _policy.Stages),
            new ScaleHandler(reader, _writer, _policy.Stages), new PodBinding(Store, _options.Time), new DisruptionBudgets(Store, Kinds), new PodLogHandler(() => NodeAgent),
            new PodExecHandler(() => NodeAgent), new ProxyHandler(Store, () => NodeAgent));
        var health = new HealthHandler(new Dictionary<string, Func<bool>>
        {
            ["ping"] = () => true,
            ["custom-resources"] = () => !_controller.IsCompleted,
        });
        return new ApiHandler(
            _policy.Authenticator, _policy.Authorizer, _options.Version, health, new DiscoveryHandler(Kinds), new OpenApiHandler(Kinds), resources, _log);
    }

    private async Task RunControllerAsync()
    {
        var controller = new CustomResourceController(ClientFor("kube-apiserver"), Kinds, Store, _options.Time, _log);
        try
        {
            await controller.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _log.Debug("The controller of custom resource definitions stopped");
        }
    }
}
