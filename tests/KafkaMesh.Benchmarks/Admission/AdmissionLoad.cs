using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Benchmarks.Relay;
using KafkaMesh.Contracts;

namespace KafkaMesh.Benchmarks.Admission;

/// <summary>
/// Asks the webhook over TLS and HTTP/1.1, as API servers do (k8s.io/apiserver/pkg/util/webhook: their calls are to spread over the replicas), each
/// time for a pod of the next monitor: one connection for each question that waits. They keep 25 idle ones; here all stay open, so that
/// questions are measured and not handshakes.
/// </summary>
internal sealed class AdmissionLoad : IDisposable
{
    private readonly AdmissionSubject _subject;
    private readonly HttpClient _webhook;
    private readonly byte[][] _reviews;
    private readonly X509Certificate2 _authority;
    private int _next;

    /// <param name="subject">The operator.</param>
    /// <param name="monitors">How many monitors it has.</param>
    /// <param name="namespaces">In how many namespaces.</param>
    public AdmissionLoad(AdmissionSubject subject, int monitors, int namespaces)
    {
        (_subject, _authority) = (subject, subject.Authority);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, subject.WebhookPort, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { _authority },
        };
        _webhook = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{WellKnownNames.OperatorName}.{WellKnownNames.SystemNamespace}.svc/"),
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _reviews = [.. Enumerable.Range(0, monitors).Select(i => Encoding.UTF8.GetBytes(Review(i, AdmissionBench.Namespace(i % namespaces))))];
    }

    public void Dispose()
    {
        _webhook.Dispose();
        _authority.Dispose();
    }

    /// <summary>Sends so many at once, and waits for the last answer.</summary>
    public async Task<AdmissionRun> BurstAsync(int requests)
    {
        using var quiet = new NoCollection();
        var (cpu, others) = (_subject.Cpu, Others());
        var start = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => AskAsync(start)));
        return new AdmissionRun(answers, Stopwatch.GetElapsedTime(start), _subject.Cpu - cpu, Others() - others, quiet.Collections);
    }

    /// <summary>Sends at a fixed rate, whether answers come or not: an answer that is late makes no later question wait.</summary>
    public async Task<AdmissionRun> AtRateAsync(int perSecond, TimeSpan duration)
    {
        using var quiet = new NoCollection();
        var (cpu, others) = (_subject.Cpu, Others());
        var start = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(await Task.Factory.StartNew(() => Send(perSecond, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return new AdmissionRun(answers, Stopwatch.GetElapsedTime(start), _subject.Cpu - cpu, Others() - others, quiet.Collections);
    }

    // The kernel counts the machine's time in ticks of 10 ms.
    private TimeSpan Others() => TimeSpan.FromMicroseconds(Machine.BusyNanoseconds() / 1000d) - Environment.CpuUsage.TotalTime - _subject.Cpu;

    // On a thread of its own, which waits for nothing but the time.
    private Task<AdmissionAnswer>[] Send(int perSecond, TimeSpan duration)
    {
        var answers = new Task<AdmissionAnswer>[(int)(perSecond * duration.TotalSeconds)];
        var pace = new ArrivalPace(perSecond);
        for (var i = 0; i < answers.Length; i++)
        {
            pace.WaitFor(i);
            answers[i] = AskAsync(pace.Due(i));
        }
        return answers;
    }

    private async Task<AdmissionAnswer> AskAsync(long due)
    {
        var review = _reviews[(uint)Interlocked.Increment(ref _next) % (uint)_reviews.Length];
        var sent = Stopwatch.GetTimestamp();
        using var content = new ByteArrayContent(review) { Headers = { { "Content-Type", "application/json" } } };
        using var response = await _webhook.PostAsync(WellKnownNames.MutatePodsPath.TrimStart('/') + "?timeout=5s", content);
        var body = await response.Content.ReadAsByteArrayAsync();
        var answered = Stopwatch.GetTimestamp();
        return new AdmissionAnswer(Stopwatch.GetElapsedTime(sent, answered), Stopwatch.GetElapsedTime(due, answered), response.IsSuccessStatusCode && body.AsSpan().IndexOf("\"patch\":"u8) >= 0);
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
