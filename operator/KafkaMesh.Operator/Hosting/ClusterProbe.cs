using System.Globalization;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Admission;
using Serilog;

namespace KafkaMesh.Operator.Hosting;

/// <summary>Finds out, at start and every ten minutes, what server and kubelets are able to do.</summary>
internal sealed class ClusterProbe(IKubernetesClient client, TimeProvider time, ILogger log)
{
    /// <summary>Nodes per page: a page of them is in memory as a whole, and each takes some 15 KB there.</summary>
    public const int NodesPerPage = 100;

    private const int NativeSidecarMinor = 29;
    private const int MatchConditionsMinor = 30;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly OutageLog _outage = new(log, "finding out what the cluster can do");
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClusterFacts _facts = new(NativeSidecars: false);

    /// <summary>What is known; before the first answer the cautious assumption.</summary>
    public ClusterFacts Facts => _facts;

    /// <summary>Whether the API server evaluates matchConditions of webhooks (KEP-3716, on by default from 1.30).</summary>
    public bool HasMatchConditions { get; private set; }

    /// <summary>Whether the cluster has answered once.</summary>
    public bool IsKnown => _known.Task.IsCompleted;

    /// <summary>Asks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var answered = await AskAsync(cancellationToken);
                await Task.Delay(answered ? Interval : RetryInterval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Debug("cluster probe stops");
        }
    }

    /// <summary>Minor version of <c>v1.36.2</c> and the like; null when the text is no version 1.</summary>
    public static int? MinorOf(string? version)
    {
        var parts = version?.TrimStart('v').Split('.', 3);
        if (parts is not { Length: >= 2 } || parts[0] != "1")
            return null;
        var digits = new string([.. parts[1].TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : null;
    }

    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var server = MinorOf((await client.GetVersionAsync(cancellationToken)).GitVersion);
            var nodes = await client.ListAsync(KubeletNode.Type, options: new ListOptions { Limit = NodesPerPage }, cancellationToken: cancellationToken);
            var kubelets = nodes.Items.Select(n => MinorOf(n.KubeletVersion)).ToList();
            var native = server >= NativeSidecarMinor && kubelets.All(k => k >= NativeSidecarMinor);
            if (!IsKnown || native != _facts.NativeSidecars)
                log.Information("Kubernetes 1.{Server} with {Nodes} nodes: native sidecars {Native}", server, kubelets.Count, native);
            _facts = new ClusterFacts(native);
            HasMatchConditions = server >= MatchConditionsMinor;
            _known.TrySetResult();
            _outage.Worked();
            return true;
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            _outage.Failed(error.Message);
            return false;
        }
    }
}
