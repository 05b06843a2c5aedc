using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Hosting;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>Asks the webhook over TLS and HTTP/2, as API servers do, with a given number of requests under way at once.</summary>
internal sealed class AdmissionLoad : IDisposable
{
    private const string Bucket = "kafkamesh_operator_admission_duration_seconds_bucket{le=\"";

    private readonly HttpClient _webhook;
    private readonly HttpClient _metrics;
    private readonly byte[][] _reviews;
    private readonly X509Certificate2 _authority;

    public AdmissionLoad(OperatorProcess process, X509Certificate2 authority, int monitors, int namespaces)
    {
        _authority = authority;
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, process.WebhookPort, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        _webhook = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{WellKnownNames.OperatorName}.{WellKnownNames.SystemNamespace}.svc/"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _metrics = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{process.MetricsPort}") };
        _reviews = [.. Enumerable.Range(0, monitors).Select(i => Encoding.UTF8.GetBytes(Review(i, AdmissionBench.Namespace(i % namespaces))))];
    }

    public void Dispose()
    {
        _webhook.Dispose();
        _metrics.Dispose();
        _authority.Dispose();
    }

    /// <summary>Sends requests, each for a pod of the next monitor.</summary>
    public async Task<AdmissionResult> RunAsync(int requests, int atOnce)
    {
        var before = await BucketsAsync();
        var times = new TimeSpan[requests];
        var failed = 0;
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < requests; i = Interlocked.Increment(ref next))
            {
                var sent = Stopwatch.GetTimestamp();
                if (!await IsInjectedAsync(_reviews[i % _reviews.Length]))
                    Interlocked.Increment(ref failed);
                times[i] = Stopwatch.GetElapsedTime(sent);
            }
        }));
        var took = Stopwatch.GetElapsedTime(start);
        Array.Sort(times);
        var counts = (await BucketsAsync()).Zip(before, (now, then) => (now.Bound, Count: now.Count - then.Count)).ToList();
        var inside = counts.First(c => c.Count >= counts[^1].Count * 0.99).Bound;
        return new AdmissionResult(failed, requests / took.TotalSeconds, times[requests / 2], times[requests * 99 / 100], inside);
    }

    private async Task<bool> IsInjectedAsync(byte[] review)
    {
        using var content = new ByteArrayContent(review) { Headers = { { "Content-Type", "application/json" } } };
        using var response = await _webhook.PostAsync(WellKnownNames.MutatePodsPath.TrimStart('/') + "?timeout=5s", content);
        return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("\"patch\":", StringComparison.Ordinal);
    }

    private async Task<List<(TimeSpan Bound, long Count)>> BucketsAsync()
    {
        var text = await _metrics.GetStringAsync("/metrics");
        return [.. text.Split('\n').Where(line => line.StartsWith(Bucket, StringComparison.Ordinal)).Select(line =>
        {
            var rest = line[Bucket.Length..];
            var bound = rest[..rest.IndexOf('"', StringComparison.Ordinal)];
            var seconds = bound == "+Inf" ? TimeSpan.MaxValue : TimeSpan.FromSeconds(double.Parse(bound, CultureInfo.InvariantCulture));
            return (seconds, long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        })];
    }

    private static string Review(int monitor, string namespaceName) => new JsonObject
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = $"00000000-0000-0000-0000-{monitor:d12}",
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Pod" },
            ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "pods" },
            ["namespace"] = namespaceName,
            ["operation"] = "CREATE",
            ["object"] = Pod(monitor, namespaceName),
        },
    }.ToJsonString();

    /// <summary>A pod of the usual size: two containers with environment, probes, volumes and the service account's token.</summary>
    internal static JsonObject Pod(int monitor, string namespaceName) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["generateName"] = "orders-7d4b9c-",
            ["namespace"] = namespaceName,
            ["labels"] = new JsonObject { ["app"] = $"orders-{monitor}", ["pod-template-hash"] = "7d4b9c" },
            ["annotations"] = new JsonObject { [WellKnownNames.InjectAnnotation] = "enabled" },
        },
        ["spec"] = new JsonObject
        {
            ["volumes"] = new JsonArray(new JsonObject { ["name"] = "token", ["projected"] = new JsonObject { ["sources"] = new JsonArray(new JsonObject { ["serviceAccountToken"] = new JsonObject { ["path"] = "token" } }) } }),
            ["containers"] = new JsonArray(Container("main", 8080), Container("helper", 8081)),
            ["serviceAccountName"] = "default",
            ["restartPolicy"] = "Always",
        },
    };

    private static JsonObject Container(string name, int port) => new()
    {
        ["name"] = name,
        ["image"] = $"registry.example/{name}:1.0",
        ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = port, ["protocol"] = "TCP" }),
        ["env"] = new JsonArray([.. Enumerable.Range(0, 20).Select(i => (JsonNode)new JsonObject { ["name"] = $"SETTING_{i}", ["value"] = $"some value {i}" })]),
        ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "128Mi" } },
        ["readinessProbe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/healthz", ["port"] = port } },
        ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "token", ["mountPath"] = "/var/run/secrets/kubernetes.io/serviceaccount" }),
    };
}
