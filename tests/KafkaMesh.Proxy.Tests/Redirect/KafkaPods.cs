using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Tests.Commands;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>
/// A pod with the sidecar and real clients (librdkafka by Python) and, beside it, a broker process (librdkafka's mock cluster): the programs of the sample.
/// </summary>
internal sealed class KafkaPods : IDisposable
{
    private static readonly string s_sources = Path.Combine(TestPaths.Root, "config", "images", "clients");
    private static readonly (string File, string Package)[] s_needed =
    [
        ("/usr/bin/gcc", "gcc libc6-dev"), ("/usr/include/librdkafka/rdkafka_mock.h", "librdkafka-dev"),
        ("/usr/lib/python3/dist-packages/confluent_kafka/__init__.py", "python3-confluent-kafka"),
    ];

    private readonly DirectoryInfo _directory;

    public KafkaPods()
    {
        foreach ((string file, string package) in s_needed)
        {
            Assert.SkipUnless(File.Exists(file), $"{file} is missing: apt-get install {package}");
        }

        _directory = Directory.CreateTempSubdirectory("kafkamesh");
        BrokerProgram = Path.Combine(_directory.FullName, "mock-broker");
        (int exitCode, _, string error) = PodPair.Run("gcc", "-O1", "-rdynamic", "-o", BrokerProgram, Path.Combine(s_sources, "mock-broker.c"), "-lrdkafka", "-ldl");
        Assert.True(exitCode == 0, error);
        Pair = new PodPair();
        (exitCode, _, error) = Pair.InPod(ProxyProcess.Program, "init", "--verify");
        Assert.True(exitCode == 0, error);
        Sidecar = StartSidecar(Pair, "60s");
    }

    public PodPair Pair { get; }

    public ProxyProcess Sidecar { get; }

    private string BrokerProgram { get; }

    public static ProxyProcess StartSidecar(PodPair pods, string drainTimeout, params string[] more) =>
        ProxyProcess.StartAsSidecar(["nsenter", $"--net=/run/netns/{pods.Pod}"], ["run", "--drain-timeout", drainTimeout, .. more]);

    /// <summary>Asks the sidecar's admin server from inside the pod.</summary>
    public static string Admin(PodPair pods, string path)
    {
        using Socket client = PodPair.Connect(pods.Pod, IPAddress.Loopback, 4594);
        client.SendAll(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\n\r\n"));
        return Encoding.UTF8.GetString(client.ReceiveToEnd());
    }

    public HostProcess StartBroker()
    {
        var broker = new HostProcess(["nsenter", $"--net=/run/netns/{Pair.Peer}", BrokerProgram, PodPair.PeerV4.ToString(), "1", "orders:4"]);
        broker.AwaitOutput("listening on");
        return broker;
    }

    /// <summary>A client with acks=all; its exit code is 0 if each message was acknowledged.</summary>
    /// <param name="count">Messages, 0 = until SIGTERM.</param>
    /// <param name="rate">Messages per second.</param>
    public HostProcess StartProducer(int count, int rate) => new(
        ["nsenter", $"--net=/run/netns/{Pair.Pod}", "/usr/bin/python3", Path.Combine(s_sources, "producer.py")],
        ("BOOTSTRAP_SERVERS", $"{PodPair.PeerV4}:9092"),
        ("COUNT", $"{count}"),
        ("RATE", $"{rate}"),
        ("STATISTICS_SECONDS", "1000"));

    /// <summary>Messages that a producer says it sent.</summary>
    public static int Sent(HostProcess producer) =>
        int.Parse(producer.Output.Split('\n').Last(line => line.StartsWith("sent ", StringComparison.Ordinal)).Split(' ', ',')[1], CultureInfo.InvariantCulture);

    /// <summary>A figure of the sidecar; 0 when it has none of that name and labels.</summary>
    public long Figure(string series) =>
        Admin(Pair, "/metrics").Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line
            ? long.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture)
            : 0;

    /// <summary>Records of Produce requests that went through the sidecar.</summary>
    public long Records() => Figure("kafkamesh_topic_records_total{direction=\"outbound\",api=\"Produce\",topic=\"orders\"}");

    public long Open() => Figure("kafkamesh_relay_connections_open");

    public static void Await(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, RelayRig.Deadline), what);

    public void Dispose()
    {
        Sidecar.Dispose();
        Pair.Dispose();
        _directory.Delete(recursive: true);
    }
}
