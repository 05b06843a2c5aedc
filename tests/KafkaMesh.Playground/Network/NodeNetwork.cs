using System.Globalization;
using System.Net;

namespace KafkaMesh.Playground.Network;

/// <summary>The network of the one node: a namespace with a bridge and no link to the host's, pod namespaces joined to it by veth pairs, and the
/// NAT rules of Services. Pods have host routes only, so that every packet between two pods passes the node, where it can be translated and counted.</summary>
internal sealed class NodeNetwork : IAsyncDisposable
{
    private const string Bridge = "pods";
    private readonly PlaygroundInstance instance;
    private readonly AddressPool podAddresses = new(IPAddress.Parse("10.77.1.1"), 4000);
    private readonly Dictionary<string, PodNetwork> pods = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim ruleUpdate = new(1, 1);
    private string installedRules = "";
    private int nextPod;

    private NodeNetwork(PlaygroundInstance instance, NetworkNamespace node, bool hasIPv6)
    {
        this.instance = instance;
        Node = node;
        HasIPv6 = hasIPv6;
    }

    /// <summary>The range that Services get their addresses from.</summary>
    public static readonly IPNetwork ServiceRange = IPNetwork.Parse("10.96.0.0/16");

    /// <summary>The Service address of the API server, as in every kubeadm cluster.</summary>
    public static readonly IPAddress ApiServerServiceAddress = IPAddress.Parse("10.96.0.1");

    /// <summary>Where the cluster's DNS server listens; pods find it in their resolv.conf.</summary>
    public static readonly IPAddress DnsAddress = IPAddress.Parse("10.96.0.10");

    /// <summary>The node's own address: the bridge.</summary>
    public static readonly IPAddress NodeAddress = IPAddress.Parse("10.77.0.1");

    /// <summary>The namespace that holds the bridge.</summary>
    public NetworkNamespace Node { get; }

    /// <summary>Whether pods also get an IPv6 address (the kernel may have IPv6 switched off).</summary>
    public bool HasIPv6 { get; }

    /// <summary>Makes the node's namespace and bridge.</summary>
    /// <exception cref="HostCommandException">A tool is missing or a privilege; the message says which command failed and how.</exception>
    public static async Task<NodeNetwork> CreateAsync(PlaygroundInstance instance, CancellationToken cancellationToken = default)
    {
        var node = await NetworkNamespace.CreateAsync(instance.NamespaceName("node"), cancellationToken);
        var hasIPv6 = Directory.Exists("/proc/sys/net/ipv6");
        var network = new NodeNetwork(instance, node, hasIPv6);
        try
        {
            await network.ConfigureNodeAsync(cancellationToken);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a namespace with addresses for one pod.</summary>
    /// <exception cref="InvalidOperationException">All pod addresses are in use.</exception>
    public async Task<PodNetwork> AddPodAsync(CancellationToken cancellationToken = default)
    {
        var address = podAddresses.TryTake() ?? throw new InvalidOperationException("no pod address is free: delete pods first");
        var number = Interlocked.Increment(ref nextPod);
        var link = string.Create(CultureInfo.InvariantCulture, $"veth{number}");
        var inside = new NetworkNamespace(instance.NamespaceName(string.Create(CultureInfo.InvariantCulture, $"pod{number}")));
        var pod = new PodNetwork(inside, link, address, HasIPv6 ? Companion(address) : null);
        lock (gate) pods.Add(inside.Name, pod);
        try
        {
            await NetworkNamespace.CreateAsync(inside.Name, cancellationToken);
            await ConnectAsync(pod, cancellationToken);
            return pod;
        }
        catch
        {
            await RemovePodAsync(pod);
            throw;
        }
    }

    /// <summary>Deletes a pod's namespace (its links go with it) and frees its address; a second call does nothing.</summary>
    public async Task RemovePodAsync(PodNetwork pod)
    {
        lock (gate)
        {
            if (!pods.Remove(pod.Namespace.Name)) return;
        }
        if (File.Exists(pod.Namespace.Path)) await pod.Namespace.DeleteAsync();
        podAddresses.Return(pod.Address);
    }

    /// <summary>Replaces the NAT rules by those of the given Services, in one transaction; rules that are in force already are not loaded again.</summary>
    public async Task ApplyServicesAsync(IReadOnlyCollection<ServiceTarget> services, CancellationToken cancellationToken = default)
    {
        var rules = ServiceRules.Render(services, ServiceRange);
        await ruleUpdate.WaitAsync(cancellationToken);
        try
        {
            if (string.Equals(rules, installedRules, StringComparison.Ordinal)) return;
            await HostCommand.RunAsync("nsenter", ["--net=" + Node.Path, "nft", "-f", "-"], rules, cancellationToken);
            installedRules = rules;
        }
        finally
        {
            ruleUpdate.Release();
        }
    }

    /// <summary>Deletes every namespace of this network.</summary>
    public async ValueTask DisposeAsync()
    {
        PodNetwork[] left;
        lock (gate) left = [.. pods.Values];
        foreach (var pod in left) await RemovePodAsync(pod);
        if (File.Exists(Node.Path)) await Node.DeleteAsync();
        ruleUpdate.Dispose();
    }

    private async Task ConfigureNodeAsync(CancellationToken cancellationToken)
    {
        // Redirect messages would teach pods a direct way past the node and with it past the translation of Service addresses.
        // Translation on the bridge, where a kernel module offers it, would come before that of the routing path.
        SetKernelSettings(Node, [.. File.Exists("/proc/sys/net/bridge/bridge-nf-call-iptables") ? ["bridge/bridge-nf-call-iptables=0"] : Array.Empty<string>(),
            "ipv4/ip_forward=1", "ipv4/conf/all/send_redirects=0", "ipv4/conf/default/send_redirects=0", "ipv4/conf/all/rp_filter=0",
            "ipv4/conf/default/rp_filter=0", .. HasIPv6 ? ["ipv6/conf/all/forwarding=1", "ipv6/conf/default/accept_dad=0"] : Array.Empty<string>()]);
        await Node.ConfigureAsync([
            "link set lo up",
            $"link add {Bridge} type bridge",
            $"address add {NodeAddress}/16 dev {Bridge}",
            $"address add {DnsAddress}/32 dev lo",
            .. HasIPv6 ? [$"address add {Companion(NodeAddress)}/64 dev {Bridge} nodad"] : Array.Empty<string>(),
            $"link set {Bridge} up",
            $"route add {ServiceRange} dev {Bridge}"], cancellationToken);
    }

    private async Task ConnectAsync(PodNetwork pod, CancellationToken cancellationToken)
    {
        await Node.ConfigureAsync([
            $"link add {pod.HostLink} type veth peer name eth0 netns {pod.Namespace.Name}",
            $"link set {pod.HostLink} master {Bridge} up",
            $"link set {pod.HostLink} type bridge_slave hairpin on"], cancellationToken);
        if (HasIPv6) SetKernelSettings(pod.Namespace, ["ipv6/conf/default/accept_dad=0", "ipv6/conf/eth0/accept_dad=0", "ipv6/conf/eth0/accept_ra=0"]);
        await pod.Namespace.ConfigureAsync([
            "link set lo up",
            $"address add {pod.Address}/32 dev eth0",
            "link set eth0 up",
            $"route add {NodeAddress} dev eth0 scope link",
            $"route add default via {NodeAddress} src {pod.Address}",
            .. pod.AddressV6 is null ? Array.Empty<string>() : [
                $"address add {pod.AddressV6}/128 dev eth0 nodad",
                $"route add {Companion(NodeAddress)} dev eth0",
                $"route add ::/0 via {Companion(NodeAddress)} dev eth0"]], cancellationToken);
    }

    private static void SetKernelSettings(NetworkNamespace inside, IEnumerable<string> settings) => inside.Inside(() =>
    {
        foreach (var setting in settings)
        {
            var (name, value) = (setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..]);
            File.WriteAllText("/proc/sys/net/" + name, value);
        }
        return 0;
    });

    /// <summary>The IPv6 address that goes with an IPv4 one: fd77:: followed by its last two bytes.</summary>
    private static IPAddress Companion(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"fd77::{bytes[2]:x}:{bytes[3]:x}"));
    }
}
