namespace KafkaMesh.Proxy.Tests.Redirect;

/// <summary>What the kernel holds, by the programs of each backend.</summary>
internal static class KernelRules
{
    /// <summary>Everything in the tables that a backend writes to, without counters, times and handles.</summary>
    public static string Save(PodPair pods, string backend)
    {
        if (backend == "native")
        {
            (_, string tables, _) = pods.InPod("nft", "-s", "list", "table", "inet", "kafkamesh");
            return tables;
        }

        string v4 = pods.InPod($"iptables-{backend}-save", "-t", "nat").Out;
        string v6 = pods.InPod($"ip6tables-{backend}-save", "-t", "nat").Out;
        return string.Concat((v4 + v6).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split(" [")[0] + "\n"));
    }

    public static bool HasOurs(PodPair pods, string backend) => Save(pods, backend).Contains("kafkamesh", StringComparison.OrdinalIgnoreCase);
}
