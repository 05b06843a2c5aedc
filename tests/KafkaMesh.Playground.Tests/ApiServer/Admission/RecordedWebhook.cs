using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KafkaMesh.Playground.Tests.ApiServer.Admission;

/// <summary>A webhook server that gives the answers of the recordings and keeps what it was asked.</summary>
internal sealed class RecordedWebhook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private RecordedWebhook(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
    }

    /// <summary>Host and port.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>The certificate as caBundle.</summary>
    public string CaBundle => Convert.ToBase64String(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem()));

    /// <summary>The answer to the next requests: status and body; null closes the connection.</summary>
    public JsonObject? Answer { get; set; }

    /// <summary>Answers for the next requests, one each, before <see cref="Answer"/> counts.</summary>
    public Queue<JsonObject> Answers { get; } = new();

    /// <summary>Paths with query of the requests received so far.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Whether the server is to wait until the client gives up.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Content type of answers.</summary>
    public string ContentType { get; set; } = "application/json";

    /// <summary>The reviews received so far.</summary>
    public List<JsonObject> Reviews { get; } = [];

    /// <summary>Starts a server on 127.0.0.1.</summary>
    public static async Task<RecordedWebhook> StartAsync()
    {
        var certificate = NewCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var webhook = new RecordedWebhook(builder.Build(), certificate);
        webhook._app.Run(webhook.HandleAsync);
        await webhook._app.StartAsync(TestContext.Current.CancellationToken);
        webhook.Authority = new Uri(webhook._app.Urls.First()).Authority;
        return webhook;
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
        lock (Reviews)
        {
            Reviews.Add(review);
            Paths.Add(http.Request.Path + http.Request.QueryString);
            answer = Answers.TryDequeue(out var next) ? next : Answer;
        }

        if (IsSlow)
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
        http.Response.ContentType = ContentType;
        var bytes = Body(answer["body"], http.Response.StatusCode, review["request"]!["uid"]!.ToString());
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes);
    }

    private static byte[] Body(JsonNode? body, int status, string uid)
    {
        var text = body switch
        {
            null => "",
            JsonValue value when value.GetValueKind() == JsonValueKind.String && status != 200 => value.GetValue<string>(),
            _ => body.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }),
        };
        return Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(text, @"<uid-\d+>", uid, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
