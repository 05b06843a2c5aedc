using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A webhook server that gives the answers of the recordings and keeps what it was asked. Paths behave as the recorder's: /slow does not answer.</summary>
internal sealed partial class RecordedWebhook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly List<(string Path, JsonObject Review)> _asked = [];

    private RecordedWebhook(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
    }

    /// <summary>Host and port.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>The certificate as PEM, which is its own authority.</summary>
    public string Certificate => _certificate.ExportCertificatePem();

    /// <summary>The answers to the next requests; null closes the connection.</summary>
    public Queue<JsonObject?> Answers { get; } = new();

    /// <summary>Starts a server on 127.0.0.1.</summary>
    public static async Task<RecordedWebhook> StartAsync(CertificateFlaw flaw, CancellationToken cancel)
    {
        var certificate = NewCertificate(flaw);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (flaw != CertificateFlaw.PlainHttp)
            {
                listen.UseHttps(certificate);
            }
        }));
        var webhook = new RecordedWebhook(builder.Build(), certificate);
        webhook._app.Run(webhook.HandleAsync);
        await webhook._app.StartAsync(cancel);
        webhook.Authority = new Uri(webhook._app.Urls.First()).Authority;
        return webhook;
    }

    /// <summary>The paths with query and the reviews received since the last call.</summary>
    public IReadOnlyList<(string Path, JsonObject Review)> TakeAsked()
    {
        lock (_asked)
        {
            var taken = _asked.ToList();
            _asked.Clear();
            return taken;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var review = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        JsonObject? answer;
        lock (_asked)
        {
            _asked.Add((http.Request.Path + http.Request.QueryString, review));
            Answers.TryDequeue(out answer);
        }

        if (http.Request.Path == "/slow")
        {
            var left = new TaskCompletionSource();
            await using var registration = http.RequestAborted.Register(left.SetResult);
            await left.Task;
            return;
        }

        if (answer is null)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = (int)answer["status"]!;
        http.Response.ContentType = http.Request.Path == "/textplain" ? "text/plain" : "application/json";
        var bytes = Body(answer["body"], http.Response.StatusCode, review["request"]!["uid"]!.ToString());
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes);
    }

    private static byte[] Body(JsonNode? body, int status, string uid)
    {
        var text = body switch
        {
            null => "",
            JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String && status != 200 => value.GetValue<string>(),
            _ => body.ToJsonString(Transcript.Relaxed),
        };
        return Encoding.UTF8.GetBytes(ReviewUid().Replace(text, uid));
    }

    private static X509Certificate2 NewCertificate(CertificateFlaw flaw)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=webhook {flaw} {Guid.NewGuid():n}", key, HashAlgorithmName.SHA256);
        if (flaw != CertificateFlaw.NoNames)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (flaw == CertificateFlaw.OtherName)
            {
                names.AddDnsName("another.example");
            }
            else
            {
                names.AddIpAddress(IPAddress.Loopback);
                names.AddDnsName("injector.demo.svc");
            }

            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var end = flaw == CertificateFlaw.Expired ? 2026 : 2046;
        using var made = request.CreateSelfSigned(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(end, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    [GeneratedRegex(@"<uid-\d+>", RegexOptions.None, 1000)]
    private static partial Regex ReviewUid();
}
