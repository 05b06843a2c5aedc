using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Configuration;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Otlp;
using KafkaMesh.Proxy.Transport;
using KafkaMesh.Proxy.Transport.Portable;
using Serilog;
using Serilog.Core;

namespace KafkaMesh.Proxy.Commands;

/// <summary><c>kafkamesh-proxy run</c>: relays until a signal comes and the connections have ended.</summary>
internal sealed class RunCommand : ICommand
{
    public string Name => "run";

    public string Summary => "Relay Kafka connections and report what they carry.";

    public string Help => CommandLine.Describe("run [--flag value]...", Summary, RunFlags.All);

    public int Run(IReadOnlyList<string> arguments, CommandConsole console)
    {
        var flags = new FlagReader(RunFlags.All, arguments, console.Environment);
        RunSettings settings = RunSettings.Read(flags);
        if (flags.Error is not null)
        {
            return console.Fail(ExitCode.Usage, flags.Error);
        }

        using Logger log = LogSetup.Create(settings.LogLevel);
        try
        {
            return RunAsync(settings, flags, console.Environment, log).GetAwaiter().GetResult();
        }
        catch (IOException e)
        {
            WarnOfUnknownVariables(log, console.Environment);
            return console.Fail(ExitCode.Unavailable, e.Message);
        }
    }

    private async Task<int> RunAsync(RunSettings settings, FlagReader flags, IReadOnlyDictionary<string, string> environment, ILogger log)
    {
        var limits = new SeriesLimits(settings.TopicsLimit, settings.ClientsLimit, settings.GroupsLimit);
        var identity = SidecarIdentity.Create(settings.Pod, settings.Namespace, settings.Monitor);
        var traffic = new TrafficMetrics(settings.Loops, limits, identity, TimeProvider.System, log) { Decode = settings.Decode };
        List<ForwardTarget> targets = [.. settings.Forwards.Select(forward => new ForwardTarget(forward.Target, TimeProvider.System, log))];
        try
        {
            RelayServerSettings transport = Transport(settings, targets);
            using IRelayServer server = Open(settings, transport, traffic, log);
            using var drain = new Drain(
                server, new DrainSettings(settings.DrainTimeout, DrainSettings.DefaultFinalReportWait), TimeProvider.System, ApplicationLives(settings));
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
            var push = OtlpPush.Read(environment, log);
            var content = new RelayServerContent(traffic, server, push?.Counters);
            using var admin = new AdminServer(
                new AdminSettings { Address = settings.Admin, ProbePorts = settings.ProbePorts }, content, traffic, drain, Access(settings, log), log);
            await Task.WhenAll(targets.Select(target => target.StartAsync()));
            server.Start();
            await using IAsyncDisposable? pushing = push?.Start(content, identity, TimeProvider.System, log);
            WarnOfUnknownVariables(log, environment);
            LogStart(log, settings, flags, transport.KeepAlive, server, admin);
            DrainEnd end = drain.Run(
                () => log.Information("Draining: {Open} connections open, at most {Seconds} s", server.Counters.Open, settings.DrainTimeout.TotalSeconds));
            log.Information("Ending: {End}, {Open} connections open", end, server.Counters.Open);
            return ExitCode.Success;

            void OnSignal(PosixSignalContext context)
            {
                context.Cancel = true;
                drain.Signal();
            }
        }
        finally
        {
            foreach (ForwardTarget target in targets)
            {
                await target.DisposeAsync();
            }
        }
    }

    private static IRelayServer Open(RunSettings settings, RelayServerSettings transport, TrafficMetrics traffic, ILogger log) =>
        settings.Transport == TransportKind.Epoll ? new RelayServer(transport, traffic, log) : new PortableRelayServer(transport, traffic, log);

    private static Func<bool> ApplicationLives(RunSettings settings) => settings.WaitsForApplication ? new PodSockets().AnyOfTheApplication : () => false;

    private static AccessPolicy Access(RunSettings settings, ILogger log) => new(
        settings is { AccessKey: { } key, PodUid: { } uid } ? new AccessTokenVerifier(key, uid, TimeProvider.System) : null, log);

    private static RelayServerSettings Transport(RunSettings settings, List<ForwardTarget> targets)
    {
        if (!settings.IsTransparent)
        {
            ListenerSettings Forward(ForwardSettings pair, int i) => new($"forward {pair.Target}", pair.Listen, RelayDirection.Outbound, targets[i]);
            return Transport(settings, [.. settings.Forwards.Select(Forward)]);
        }

        var original = new OriginalDestination([settings.OutboundPort, settings.InboundPort, settings.Admin.Port]);
        return Transport(
            settings,
            [
                new ListenerSettings("outbound", new IPEndPoint(IPAddress.IPv6Any, settings.OutboundPort), RelayDirection.Outbound, original),
                new ListenerSettings("inbound", new IPEndPoint(IPAddress.IPv6Any, settings.InboundPort), RelayDirection.Inbound, original),
            ]);
    }

    private static RelayServerSettings Transport(RunSettings settings, ListenerSettings[] listeners) =>
        new() { Listeners = listeners, Loops = settings.Loops, MaxConnections = settings.MaxConnections, ConnectTimeout = settings.ConnectTimeout, KeepAlive = Probes(settings) };

    private static KeepAlive Probes(RunSettings settings) =>
        new(settings.KeepAliveIdle ?? KeepAlive.UsualIdleSeconds(), settings.KeepAliveInterval, settings.KeepAliveCount);

    private static void WarnOfUnknownVariables(ILogger log, IReadOnlyDictionary<string, string> environment)
    {
        foreach (string warning in UnknownVariables.Warnings(environment))
        {
            log.Warning("Configuration: {Warning:l}", warning);
        }
    }

    private static string Listeners(RunSettings settings, IRelayServer server)
    {
        var text = new StringBuilder();
        for (int i = 0; i < server.LocalAddresses.Count; i++)
        {
            text.Append(i == 0 ? "" : " ").Append(EndPointText.Of(server.LocalAddresses[i]));
            if (!settings.IsTransparent)
            {
                text.Append('=').Append(settings.Forwards[i].Target.ToString());
            }
        }

        return text.ToString();
    }

    // What was found out of them, then the flags as they were given or by default. There is no secret among them: the access key is a public one.
    private static void LogStart(ILogger log, RunSettings settings, FlagReader flags, KeepAlive keepAlive, IRelayServer server, AdminServer admin) => log.Information(
        "kafkamesh-proxy {Version}: mode {Mode}, listening on {Listeners}, admin {Admin}, transport {Transport}, loops {Loops}, connections at most {Limit}, "
        + "keep-alive {Idle} s, {Interval} s, {Count} (0: the pod's), access {Access}; {Flags:l}",
        CommandLine.Version,
        settings.IsTransparent ? "transparent" : "forward",
        Listeners(settings, server),
        EndPointText.Of(admin.LocalAddress),
        settings.Transport == TransportKind.Epoll ? "epoll" : "portable",
        settings.Loops,
        server.Limit,
        keepAlive.IdleSeconds,
        keepAlive.IntervalSeconds,
        keepAlive.Count,
        settings.AccessKey is null ? "loopback only" : "loopback, tokens",
        string.Join(' ', RunFlags.All.Select(flag => $"{flag.Option} {flags.Shown(flag)}")));
}
