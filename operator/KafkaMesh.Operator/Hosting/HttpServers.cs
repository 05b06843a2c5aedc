using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Dashboard;
using KafkaMesh.Operator.Metrics;
using KafkaMesh.Operator.Webhook;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Makes the HTTP servers: the webhook over TLS; metrics with probes, and the dashboard, in plain text.</summary>
internal static class HttpServers
{
    private const int MaxConnections = 4096;

    // One over TLS whose review does not end takes 220 KiB at the most: with all of them a leader of 10,000 sidecars stays below its limit. An API server
    // changes at most 200 objects at a time (--max-mutating-requests-inflight), each with a connection of its own, and replicas share them.
    private const int MaxWebhookConnections = 1050;

    // What the server reads ahead of each connection while nobody takes it; by default it is 1 MiB.
    private const int ReadAheadBytes = 16 * 1024;

    /// <summary>The webhook; a handshake fails as long as there is no certificate.</summary>
    public static WebApplication Webhook(int port, WebhookCertificates certificates, AdmissionEndpoint endpoint, Serilog.ILogger log)
    {
        var app = Build(log, options =>
        {
            options.Limits.MaxConcurrentConnections = MaxWebhookConnections;
            options.ListenAnyIP(port, listen =>
            {
                // API servers speak it to webhooks. With HTTP/2 a connection would have a hundred bodies at a time.
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => certificates.Serving is { } serving
                        ? ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = serving })
                        : throw new AuthenticationException("the webhook has no certificate yet"),
                });
            });
        });
        app.Run(context => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", WellKnownNames.MutatePodsPath) => endpoint.HandleAsync(context),
            (_, WellKnownNames.MutatePodsPath) => AnswerAsync(context, HttpStatusCode.MethodNotAllowed, "POST an AdmissionReview here"),
            _ => AnswerAsync(context, HttpStatusCode.NotFound, $"there is only {WellKnownNames.MutatePodsPath}"),
        });
        return app;
    }

    /// <summary>Metrics and probes.</summary>
    public static WebApplication Diagnostics(int port, OperatorMetrics metrics, ReadinessReport readiness, Serilog.ILogger log)
    {
        var app = Build(log, options => options.ListenAnyIP(port));
        app.Run(context => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET" or "HEAD", "/metrics") => AnswerAsync(context, HttpStatusCode.OK, metrics.Write(), "text/plain; version=0.0.4; charset=utf-8"),
            ("GET" or "HEAD", "/livez") => AnswerAsync(context, HttpStatusCode.OK, "ok"),
            ("GET" or "HEAD", "/readyz") => readiness.Problem() is { } problem
                ? AnswerAsync(context, HttpStatusCode.ServiceUnavailable, problem)
                : AnswerAsync(context, HttpStatusCode.OK, "ok"),
            (_, "/metrics" or "/livez" or "/readyz") => AnswerAsync(context, HttpStatusCode.MethodNotAllowed, "GET it"),
            _ => AnswerAsync(context, HttpStatusCode.NotFound, "there are /metrics, /livez and /readyz"),
        });
        return app;
    }

    /// <summary>The dashboard.</summary>
    public static WebApplication Dashboard(int port, DashboardEndpoint endpoint, Serilog.ILogger log)
    {
        var app = Build(log, options =>
        {
            options.Limits.MaxRequestBodySize = 0;
            options.ListenAnyIP(port);
        });
        app.Run(context => endpoint.HandleAsync(context, app.Lifetime.ApplicationStopping));
        return app;
    }

    /// <summary>Starts a server.</summary>
    /// <param name="app">The server.</param>
    /// <param name="setting">Where its port comes from.</param>
    /// <param name="port">Its port.</param>
    /// <exception cref="ListenException">The port is taken or not allowed.</exception>
    public static async Task StartAsync(WebApplication app, string setting, int port)
    {
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new ListenException($"cannot listen on port {port} ({setting}): {error.GetBaseException().Message}", error);
        }
    }

    /// <summary>The port that a started server listens on.</summary>
    public static int PortOf(WebApplication app) => new Uri(app.Urls.First()).Port;

    private static WebApplication Build(Serilog.ILogger log, Action<KestrelServerOptions> listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = AdmissionEndpoint.MaxBodyBytes;
            options.Limits.MaxConcurrentConnections = MaxConnections;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            listen(options);
        });
        builder.Services.Configure<SocketTransportOptions>(options => options.MaxReadBufferSize = ReadAheadBytes);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));

        // The provider lifts every filter of the host: the server's chatter is kept out here, and a failed start is said by StartAsync.
        builder.Logging.AddSerilog(new LoggerConfiguration().MinimumLevel.Warning().MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal).WriteTo.Logger(log).CreateLogger(), dispose: true);
        return builder.Build();
    }

    private static Task AnswerAsync(HttpContext context, HttpStatusCode status, string text, string contentType = "text/plain; charset=utf-8")
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text.EndsWith('\n') ? text : text + "\n", context.RequestAborted);
    }
}
