using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using KafkaMesh.Kubernetes.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>An HTTPS server on loopback that answers as the test says, over real TLS and HTTP/2, and remembers what it was asked.</summary>
internal sealed class FaultyApiServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly Func<ReceivedRequest, HttpContext, Task> _answer;
    private WebApplication? _application;

    private FaultyApiServer(Func<ReceivedRequest, HttpContext, Task> answer) => _answer = answer;

    public TestAuthority Authority { get; } = new();

    /// <summary>Shown to new connections.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Ends when the server stops, so that open watches do.</summary>
    public CancellationToken Stopping => _application!.Lifetime.ApplicationStopping;

    public int Port { get; private set; }

    /// <summary>Subjects of what the last client with a certificate sent along with it.</summary>
    public IReadOnlyList<string> ShownIntermediates { get; private set; } = [];

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Answers every request.</param>
    /// <param name="askForClientCertificate">Whether clients may show one.</param>
    public static async Task<FaultyApiServer> StartAsync(Func<ReceivedRequest, HttpContext, Task> answer, bool askForClientCertificate = false)
    {
        var server = new FaultyApiServer(answer);
        server.Certificate = server.Authority.IssueServer();
        await server.ListenAsync(port: 0, askForClientCertificate);
        return server;
    }

    /// <summary>Stops at once, cutting connections, and listens again on the same port.</summary>
    /// <param name="whileDown">Runs in between.</param>
    public async Task RestartAsync(Func<Task> whileDown)
    {
        await StopAsync();
        await whileDown();
        await ListenAsync(Port, askForClientCertificate: false);
    }

    /// <summary>Configuration that trusts this server.</summary>
    /// <param name="credentials">Who asks.</param>
    public KubernetesClientConfiguration Configuration(ICredentialSource? credentials = null) => new()
    {
        Host = new Uri($"https://127.0.0.1:{Port}/"),
        Trust = TrustSource.FromPem(System.Text.Encoding.UTF8.GetBytes(Authority.Pem), "the test's authority"),
        Credentials = credentials ?? AnonymousCredential.Instance,
    };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Authority.Dispose();
    }

    private async Task StopAsync()
    {
        if (_application is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await _application.StopAsync(now.Token);
            await _application.DisposeAsync();
            _application = null;
        }
    }

    private async Task ListenAsync(int port, bool askForClientCertificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(https =>
        {
            https.ServerCertificateSelector = (_, _) => Certificate;
            https.ClientCertificateMode = askForClientCertificate ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
            https.ClientCertificateValidation = (_, chain, _) =>
            {
                ShownIntermediates = [.. chain?.ChainPolicy.ExtraStore.Select(shown => shown.Subject) ?? []];
                return true;
            };
        })));
        _application = builder.Build();
        _application.Run(HandleAsync);
        await _application.StartAsync();
        Port = new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        var request = new ReceivedRequest(
            context.Request.Method,
            context.Request.Path.Value!,
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
            context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await body.ReadToEndAsync(),
            context.Request.Protocol);
        _requests.Enqueue(request);
        try
        {
            await _answer(request, context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || Stopping.IsCancellationRequested)
        {
            context.Abort(); // the client went away, or the server stops in the middle of an answer
        }
    }
}
