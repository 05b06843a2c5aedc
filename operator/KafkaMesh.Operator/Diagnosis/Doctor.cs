using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Diagnosis.Checks;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Diagnosis.Report;

namespace KafkaMesh.Operator.Diagnosis;

/// <summary>Reads a cluster and says what is wrong. It changes nothing.</summary>
/// <param name="client">The API server, as the user sees it.</param>
/// <param name="operatorNamespace">Namespace of the operator.</param>
/// <param name="time">The clock.</param>
internal sealed class Doctor(IKubernetesClient client, string operatorNamespace, TimeProvider time)
{
    /// <summary>Looks at the installation, all monitors and their pods.</summary>
    /// <param name="onlyNamespace">The one namespace to look at; null: all.</param>
    /// <param name="fallbackNamespace">The one to look at when all are not to be seen.</param>
    /// <param name="limit">How long reading may take.</param>
    /// <param name="cancellationToken">The user has had enough.</param>
    public async Task<CheckReport> CheckAsync(string? onlyNamespace, string fallbackNamespace, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(limit, cancellationToken);
        var sight = await new ClusterSightReader(client, operatorNamespace, time).ReadAsync(onlyNamespace, fallbackNamespace, new CarefulReader(deadline.Token, cancellationToken));
        return new CheckReport(sight.Server.Value is null
            ? [.. ClusterChecks.Run(sight)]
            : [.. ClusterChecks.Run(sight), .. OperatorChecks.Run(sight), .. WebhookChecks.Run(sight), .. CertificateChecks.Run(sight), .. GrantChecks.Run(sight),
                .. NamespaceChecks.Run(sight), .. MonitorChecks.Run(sight), .. PodChecks.Run(sight)]);
    }

    /// <summary>Looks at one pod: why it carries a sidecar or does not.</summary>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="limit">How long reading may take.</param>
    /// <param name="cancellationToken">The user has had enough.</param>
    public async Task<CheckReport> CheckPodAsync(string namespaceName, string name, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(limit, cancellationToken);
        var reader = new CarefulReader(deadline.Token, cancellationToken);
        var sight = await new ClusterSightReader(client, operatorNamespace, time).ReadAsync(namespaceName, namespaceName, reader);
        if (sight.Server.Value is null)
            return new CheckReport([.. ClusterChecks.Run(sight)]);
        var pod = await new PodSightReader(client, operatorNamespace).ReadAsync(sight, namespaceName, name, reader);
        return new CheckReport([.. PodExplanation.Run(sight, pod)]);
    }

    private static CancellationTokenSource Deadline(TimeSpan limit, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        return deadline;
    }
}
