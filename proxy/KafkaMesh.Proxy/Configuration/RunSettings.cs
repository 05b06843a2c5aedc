using System.Net;
using System.Net.Sockets;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Transport;
using Serilog.Events;

namespace KafkaMesh.Proxy.Configuration;

/// <summary>The settings of <c>kafkamesh-proxy run</c>, read once at start.</summary>
internal sealed record RunSettings
{
    private const int MaxLoops = 64;

    /// <summary>Pairs of forward mode; empty in transparent mode.</summary>
    public required IReadOnlyList<ForwardSettings> Forwards { get; init; }

    /// <summary>Transparent mode: where connections that the pod opens arrive.</summary>
    public required int OutboundPort { get; init; }

    /// <summary>Transparent mode: where connections that the pod accepts arrive.</summary>
    public required int InboundPort { get; init; }

    /// <summary>Address of the admin server.</summary>
    public required IPEndPoint Admin { get; init; }

    /// <summary>Ports of the pod that <c>/probe/tcp</c> tries.</summary>
    public IReadOnlyList<int> ProbePorts { get; init; } = [];

    /// <summary>What relays the bytes.</summary>
    public required TransportKind Transport { get; init; }

    /// <summary>Event loops, 1 or more.</summary>
    public required int Loops { get; init; }

    /// <summary>Connections at a time; the descriptor limit may allow fewer.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Silence before the first probe, seconds; null takes the usual.</summary>
    public int? KeepAliveIdle { get; init; }

    /// <summary>Seconds between probes; 0 = the pod's.</summary>
    public int KeepAliveInterval { get; init; }

    /// <summary>Unanswered probes that end a connection; 0 = the pod's.</summary>
    public int KeepAliveCount { get; init; }

    /// <summary>How long an address of a broker may take to accept, up to one hour; zero leaves it to the kernel.</summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary>How long to relay on after the first signal, 0 to one hour.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>After the signal, a TCP socket of another container counts as a connection that is still to come.</summary>
    public bool WaitsForApplication { get; init; }

    /// <summary>Least level that is logged.</summary>
    public required LogEventLevel LogLevel { get; init; }

    /// <summary>That level as the flag spells it.</summary>
    public string LogLevelName => LogLevel switch
    {
        LogEventLevel.Debug => "debug",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Error => "error",
        _ => "info",
    };

    /// <summary>Recognise and decode Kafka; else only relay and count bytes.</summary>
    public required bool Decode { get; init; }

    /// <summary>Pod that this sidecar belongs to.</summary>
    public string? Pod { get; init; }

    /// <summary>Uid of that pod.</summary>
    public string? PodUid { get; init; }

    /// <summary>What access tokens are checked with; null when nobody from outside the pod gets in.</summary>
    public AccessKey? AccessKey { get; init; }

    /// <summary>Namespace of the pod.</summary>
    public string? Namespace { get; init; }

    /// <summary>KafkaMonitor that this sidecar belongs to.</summary>
    public string? Monitor { get; init; }

    /// <summary>Topics told apart; 0 = off.</summary>
    public required int TopicsLimit { get; init; }

    /// <summary>Client ids told apart; 0 = off.</summary>
    public required int ClientsLimit { get; init; }

    /// <summary>Consumer groups told apart; 0 = off.</summary>
    public required int GroupsLimit { get; init; }

    /// <summary>Relays what the kernel redirects, instead of listening on addresses of its own.</summary>
    public bool IsTransparent => Forwards.Count == 0;

    /// <summary>Loops when nothing else is said: a large machine without a quota needs no more than may be asked for.</summary>
    internal static int DefaultLoops(int processors) => Math.Min(processors, MaxLoops);

    /// <summary>Reads the settings; valid only if the reader has no <see cref="FlagReader.Error"/> afterwards.</summary>
    public static RunSettings Read(FlagReader flags)
    {
        var settings = new RunSettings
        {
            Forwards = ReadForwards(flags),
            OutboundPort = flags.Number(RunFlags.OutboundPort, 1, IPEndPoint.MaxPort),
            InboundPort = flags.Number(RunFlags.InboundPort, 1, IPEndPoint.MaxPort),
            Admin = new IPEndPoint(flags.Address(RunFlags.AdminAddress, IPAddress.IPv6Any), flags.Number(RunFlags.AdminPort, 0, IPEndPoint.MaxPort)),
            ProbePorts = flags.Ports(RunFlags.ProbePorts),
            Transport = ReadTransport(flags),
            // .NET counts the CPUs of the quota (cgroup v1 and v2, rounded up) that the affinity mask allows.
            Loops = flags.Number(RunFlags.Loops, 0, MaxLoops) is var loops and > 0 ? loops : DefaultLoops(Environment.ProcessorCount),
            MaxConnections = flags.Number(RunFlags.MaxConnections, 1, 1_000_000),
            KeepAliveIdle = flags.IsGiven(RunFlags.KeepAliveIdle) ? flags.Number(RunFlags.KeepAliveIdle, 0, KeepAlive.MostSeconds) : null,
            KeepAliveInterval = flags.Number(RunFlags.KeepAliveInterval, 0, KeepAlive.MostSeconds),
            KeepAliveCount = flags.Number(RunFlags.KeepAliveCount, 0, KeepAlive.MostProbes),
            ConnectTimeout = flags.Duration(RunFlags.ConnectTimeout, TimeSpan.FromHours(1)),
            DrainTimeout = flags.Duration(RunFlags.DrainTimeout, TimeSpan.FromHours(1)),
            WaitsForApplication = flags.Switch(RunFlags.WaitForApplication),
            LogLevel = ReadLogLevel(flags),
            Decode = flags.OneOf(RunFlags.Decode, "on", "off") == "on",
            Pod = flags.Text(RunFlags.Pod),
            PodUid = flags.Text(RunFlags.PodUid),
            AccessKey = ReadAccessKey(flags),
            Namespace = flags.Text(RunFlags.Namespace),
            Monitor = flags.Text(RunFlags.Monitor),
            TopicsLimit = flags.Number(RunFlags.TopicsLimit, 0, SeriesLimits.Maximum),
            ClientsLimit = flags.Number(RunFlags.ClientsLimit, 0, SeriesLimits.Maximum),
            GroupsLimit = flags.Number(RunFlags.GroupsLimit, 0, SeriesLimits.Maximum),
        };
        CheckTogether(flags, settings);
        return settings;
    }

    private static List<ForwardSettings> ReadForwards(FlagReader flags)
    {
        var forwards = new List<ForwardSettings>();
        foreach (FlagValue value in flags.List(RunFlags.Forward))
        {
            string[] sides = value.Text.Split('=');
            if (sides.Length == 2
                && HostAndPort.TryParse(sides[0], out HostAndPort listen)
                && HostAndPort.TryParseAddress(listen.Host, out IPAddress address)
                && HostAndPort.TryParse(sides[1], out HostAndPort target)
                && target.Port > 0)
            {
                forwards.Add(new ForwardSettings(new IPEndPoint(address, listen.Port), target));
            }
            else
            {
                flags.Reject(RunFlags.Forward, value);
            }
        }

        return forwards;
    }

    private static TransportKind ReadTransport(FlagReader flags)
    {
        string transport = flags.OneOf(RunFlags.Transport, "auto", "epoll", "portable");
        if (transport == "epoll" && !OperatingSystem.IsLinux())
        {
            flags.Reject("--transport=epoll needs Linux: accepted here is portable");
        }

        return transport != "portable" && OperatingSystem.IsLinux() ? TransportKind.Epoll : TransportKind.Portable;
    }

    private static AccessKey? ReadAccessKey(FlagReader flags)
    {
        AccessKey? key = null;
        if (flags.IsGiven(RunFlags.AccessKey) && !AccessKey.TryParse(flags.Value(RunFlags.AccessKey).Text, out key))
        {
            flags.Reject(RunFlags.AccessKey, flags.Value(RunFlags.AccessKey));
        }

        return key;
    }

    private static LogEventLevel ReadLogLevel(FlagReader flags) => flags.OneOf(RunFlags.LogLevel, "info", "debug", "warning", "error") switch
    {
        "debug" => LogEventLevel.Debug,
        "warning" => LogEventLevel.Warning,
        "error" => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };

    private static IPEndPoint? TakenTwice(RunSettings settings)
    {
        var taken = new HashSet<IPEndPoint>();
        foreach (ForwardSettings forward in settings.Forwards)
        {
            // Port 0 takes a free one each time.
            if (forward.Listen.Port > 0 && !taken.Add(forward.Listen))
            {
                return forward.Listen;
            }
        }

        return taken.Contains(settings.Admin) ? settings.Admin : null;
    }

    /// <summary>A forward whose target is an address that this process listens on: it would dial itself, for ever.</summary>
    private static ForwardSettings? LeadingBack(RunSettings settings) => settings.Forwards.FirstOrDefault(forward =>
        HostAndPort.TryParseAddress(forward.Target.Host, out IPAddress target)
        && settings.Forwards.Any(other => other.Listen.Port == forward.Target.Port && Takes(other.Listen.Address, target)));

    private static bool Takes(IPAddress listen, IPAddress target) => listen.Equals(target)
        || (IPAddress.IsLoopback(target) && (listen.Equals(IPAddress.IPv6Any) || (listen.Equals(IPAddress.Any) && target.AddressFamily == AddressFamily.InterNetwork)));

    private static void CheckTogether(FlagReader flags, RunSettings settings)
    {
        string? mode = flags.IsGiven(RunFlags.Mode) ? flags.OneOf(RunFlags.Mode, "transparent", "forward") : null;
        if (mode == "transparent" && !settings.IsTransparent)
        {
            flags.Reject("--mode=transparent and --forward exclude each other: accepted is one of them");
        }
        else if (mode == "forward" && settings.IsTransparent)
        {
            flags.Reject($"--mode=forward has nothing to forward: accepted is at least one --forward {RunFlags.Forward.Accepts}");
        }

        if (settings.AccessKey is not null && settings.PodUid is null)
        {
            flags.Reject("--access-key needs --pod-uid: accepted is both, or neither");
        }

        if (TakenTwice(settings) is { } taken)
        {
            flags.Reject($"{taken} is listened on twice: accepted is one --forward per address, and another --admin-port");
        }

        if (LeadingBack(settings) is { } loop)
        {
            flags.Reject($"--forward {EndPointText.Of(loop.Listen)}={loop.Target} leads back to the sidecar: accepted as TARGET is an address that no --forward listens on");
        }

        if (settings.IsTransparent && !OperatingSystem.IsLinux())
        {
            flags.Reject("transparent mode needs Linux, whose kernel redirects connections: accepted here is at least one --forward");
        }

        int admin = settings.Admin.Port;
        if (settings.ProbePorts.Any(port => port == admin || (settings.IsTransparent && (port == settings.OutboundPort || port == settings.InboundPort))))
        {
            flags.Reject($"--probe-ports={string.Join(',', settings.ProbePorts)} names a port of the sidecar: accepted are the application's");
        }

        if (settings.IsTransparent && (settings.OutboundPort == settings.InboundPort || settings.OutboundPort == admin || settings.InboundPort == admin))
        {
            flags.Reject(
                $"--outbound-port={settings.OutboundPort}, --inbound-port={settings.InboundPort} and --admin-port={settings.Admin.Port} clash: "
                + "accepted are three different ports");
        }
    }
}
