using System.Text.Json.Nodes;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Network.Dns;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>The files that a node puts into every container: hosts, hostname and resolv.conf (core/v1 PodSpec: hostAliases, dnsPolicy, dnsConfig).</summary>
internal static class PodFiles
{
    /// <summary>The host name inside a pod: the one it names or its own, cut to what the kernel and DNS take (a kubelet cuts at 63 characters too).</summary>
    public static string HostName(JsonObject pod)
    {
        const int most = 63;
        var name = pod.Text("spec", "hostname") is { Length: > 0 } own ? own : pod.Name();
        return name.Length <= most ? name : name[..most].TrimEnd('-', '.');
    }

    /// <summary>Writes the files of a pod into its directory.</summary>
    public static void Write(string directory, JsonObject pod, PodNetwork network)
    {
        var host = HostName(pod);
        var names = pod.Text("spec", "subdomain") is { Length: > 0 } subdomain ? $"{host}.{subdomain}.{pod.Namespace()}.svc.{ClusterZone.Domain}\t{host}" : host;
        var aliases = pod.Objects("spec", "hostAliases").Select(a => $"{a.Text("ip")}\t{string.Join('\t', a.Texts("hostnames"))}\n");
        File.WriteAllText(
            Path.Combine(directory, "hosts"), $"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n{network.Address}\t{names}\n{string.Concat(aliases)}");
        File.WriteAllText(Path.Combine(directory, "hostname"), host + "\n");
        File.WriteAllText(Path.Combine(directory, "resolv.conf"), ResolverConfiguration(pod));
    }

    private static string ResolverConfiguration(JsonObject pod)
    {
        var config = pod.At("spec", "dnsConfig");
        var cluster = pod.Text("spec", "dnsPolicy") is not "None";
        string[] searches = [.. cluster ? [$"{pod.Namespace()}.svc.{ClusterZone.Domain}", $"svc.{ClusterZone.Domain}", ClusterZone.Domain] : Array.Empty<string>(), .. config.Texts("searches")];
        string[] servers = [.. cluster ? [NodeNetwork.DnsAddress.ToString()] : Array.Empty<string>(), .. config.Texts("nameservers")];
        string[] options = [.. cluster ? ["ndots:5"] : Array.Empty<string>(), .. config.Objects("options").Select(Option)];
        return (searches.Length > 0 ? $"search {string.Join(' ', searches)}\n" : "") + string.Concat(servers.Select(s => $"nameserver {s}\n"))
            + (options.Length > 0 ? $"options {string.Join(' ', options)}\n" : "");
    }

    private static string Option(JsonObject option) => option.Text("value") is { } value ? $"{option.Text("name")}:{value}" : option.Text("name") ?? "";
}
