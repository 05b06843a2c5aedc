using System.Net;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Transport;
using Serilog.Events;

namespace KafkaMesh.Proxy.Tests.Configuration;

public sealed class RunSettingsTests
{
    private const string PublicKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEJoBmkyMsmygdk2amn3IKlmwULytJJ1YzbhjD0aHyhYqkTUowWYjaUWFvthmomKGGg8ek7YrhlfwKB4F5ZcpnOQ==";

    [Fact]
    public void Read_Nothing_IsTransparentWithTheWellKnownPorts()
    {
        RunSettings settings = Read(out string? error);
        Assert.Null(error);
        Assert.True(settings.IsTransparent);
        Assert.Equal((4591, 4592, 4594), (settings.OutboundPort, settings.InboundPort, settings.Admin.Port));
        Assert.Equal(IPAddress.IPv6Any, settings.Admin.Address);
        Assert.Equal(RunFlags.AdminAddress.Default, $"[{settings.Admin.Address}]");
        Assert.Equal(RunSettings.DefaultLoops(Environment.ProcessorCount), settings.Loops);
        Assert.Equal(TimeSpan.FromSeconds(25), settings.DrainTimeout);
        Assert.Equal(LogEventLevel.Information, settings.LogLevel);
        Assert.Equal((200, 100, 100), (settings.TopicsLimit, settings.ClientsLimit, settings.GroupsLimit));
    }

    [Theory]
    [InlineData("127.0.0.1:19092=kafka:9092", "127.0.0.1:19092", "kafka", 9092)]
    [InlineData("[::1]:19092=[fd00::9]:9093", "[::1]:19092", "fd00::9", 9093)]
    [InlineData("0.0.0.0:0=my-cluster-kafka-bootstrap.kafka.svc:9092", "0.0.0.0:0", "my-cluster-kafka-bootstrap.kafka.svc", 9092)]
    public void Read_Forward_IsForwardMode(string text, string listen, string host, int port)
    {
        RunSettings settings = Read(out string? error, "--forward", text);
        Assert.Null(error);
        Assert.False(settings.IsTransparent);
        Assert.Equal(new ForwardSettings(IPEndPoint.Parse(listen), new HostAndPort(host, port)), Assert.Single(settings.Forwards));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 64)]
    [InlineData(192, 64)]
    public void DefaultLoops_ManyProcessors_IsNoMoreThanTheFlagTakes(int processors, int loops) => Assert.Equal(loops, RunSettings.DefaultLoops(processors));

    [Fact]
    public void Read_KeepAlive_IsThePodsWhereZeroIsGiven()
    {
        RunSettings settings = Read(out string? error, "--keepalive-idle", "0", "--keepalive-interval", "30", "--keepalive-count", "127");
        Assert.Null(error);
        Assert.Equal((0, 30, 127), (settings.KeepAliveIdle, settings.KeepAliveInterval, settings.KeepAliveCount));
        settings = Read(out error);
        Assert.Equal((null, 0, 0), (settings.KeepAliveIdle, settings.KeepAliveInterval, settings.KeepAliveCount));
        Assert.Equal(RunFlags.KeepAliveIdle.Default, $"{KeepAlive.DefaultIdleSeconds}");
    }

    [Fact]
    public void Read_ConnectTimeout_IsWhatJavaClientsHaveUnlessGiven()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), Read(out _).ConnectTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), Read(out _, "--connect-timeout", "1500ms").ConnectTimeout);
        Assert.Equal(TimeSpan.Zero, Read(out _, "--connect-timeout=0").ConnectTimeout);
    }

    [Theory]
    [InlineData("25", 25_000)]
    [InlineData("25s", 25_000)]
    [InlineData("500ms", 500)]
    [InlineData("2m", 120_000)]
    [InlineData("0", 0)]
    public void Read_DrainTimeout_HasUnits(string text, int milliseconds)
    {
        RunSettings settings = Read(out string? error, "--drain-timeout", text);
        Assert.Null(error);
        Assert.Equal(milliseconds, settings.DrainTimeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("--keepalive-idle=32768", "'32768' is no value for --keepalive-idle: accepted is a number of seconds, 0-32767; 0 takes the pod's")]
    [InlineData("--keepalive-interval=30s", "accepted is a number of seconds")]
    [InlineData("--keepalive-count=128", "accepted is a number, 0-127")]
    [InlineData("--mode=opaque", "'opaque' is no value for --mode: accepted is transparent or forward")]
    [InlineData("--mode=forward", "--mode=forward has nothing to forward")]
    [InlineData("--mode=transparent --forward=127.0.0.1:1=a:2", "exclude each other")]
    [InlineData("--outbound-port=0", "'0' is no value for --outbound-port: accepted is a port, 1-65535")]
    [InlineData("--admin-port=65536", "accepted is a port, 0-65535")]
    [InlineData("--admin-port=4591", "clash: accepted are three different ports")]
    [InlineData("--probe-ports=,", "accepted is ports, 1-65535, separated by commas, at most 64")]
    [InlineData("--probe-ports=9092,0", "'0' is no value for --probe-ports")]
    [InlineData("--probe-ports=9092,4594", "names a port of the sidecar")]
    [InlineData("--probe-ports=4592", "names a port of the sidecar")]
    [InlineData("--admin-address=host", "accepted is an IPv4 or IPv6 address")]
    [InlineData("--admin-address=1", "accepted is an IPv4 or IPv6 address")]
    [InlineData("--forward=9092=kafka:9092", "'9092=kafka:9092' is no value for --forward: accepted is LISTEN=TARGET")]
    [InlineData("--forward=127.0.0.1:1=kafka", "accepted is LISTEN=TARGET")]
    [InlineData("--forward=127.0.0.1:1=::1:9092", "accepted is LISTEN=TARGET")]
    [InlineData("--forward=127.0.0.1:1=10.0.0:9092", "accepted is LISTEN=TARGET")]
    [InlineData("--forward=127.0.0.1:1=a:0", "accepted is LISTEN=TARGET")]
    [InlineData("--forward=127.0.0.1:1=a:2 --forward=127.0.0.1:1=b:2", "127.0.0.1:1 is listened on twice: accepted is one --forward per address")]
    [InlineData("--forward=[::]:4594=a:2", "[::]:4594 is listened on twice: accepted is one --forward per address, and another --admin-port")]
    [InlineData("--forward=127.0.0.1:1=127.0.0.1:1", "--forward 127.0.0.1:1=127.0.0.1:1 leads back to the sidecar")]
    [InlineData("--forward=[::]:9092=127.0.0.1:9092", "leads back to the sidecar")]
    [InlineData("--forward=0.0.0.0:9092=127.0.0.2:9092", "leads back to the sidecar")]
    [InlineData("--forward=[::1]:1=[::1]:2 --forward=[::1]:2=[::1]:1", "leads back to the sidecar")]
    [InlineData("--connect-timeout=2h", "'2h' is no value for --connect-timeout")]
    [InlineData("--drain-timeout=2h", "'2h' is no value for --drain-timeout")]
    [InlineData("--drain-timeout=61m", "at most an hour")]
    [InlineData("--log-level=trace", "accepted is debug, info, warning or error")]
    [InlineData("--loops=65", "accepted is a number, 0-64")]
    [InlineData("--topics-limit=10001", "accepted is a number, 0-10000")]
    [InlineData("--access-key=nonsense --pod-uid=u", "'nonsense' is no value for --access-key: accepted is a public key on P-256")]
    [InlineData("--access-key=" + PublicKey, "--access-key needs --pod-uid: accepted is both, or neither")]
    [InlineData("--max-connections=0", "accepted is a number, 1-1000000")]
    public void Read_Wrong_SaysWhatIsAccepted(string arguments, string part)
    {
        Read(out string? error, arguments.Split(' '));
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error!);
    }

    [Fact]
    public void Read_AccessKey_IsKept()
    {
        RunSettings settings = Read(out string? error, "--access-key", PublicKey, "--pod-uid", "0b1e-uid");
        Assert.Null(error);
        Assert.NotNull(settings.AccessKey);
        Assert.Equal("0b1e-uid", settings.PodUid);
    }

    private static RunSettings Read(out string? error, params string[] arguments)
    {
        var flags = new FlagReader(RunFlags.All, arguments, new Dictionary<string, string>());
        RunSettings settings = RunSettings.Read(flags);
        error = flags.Error;
        return settings;
    }
}
