using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Diagnosis.Reading;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM2xx: the operator.</summary>
internal static class OperatorChecks
{
    private const int DefaultLeaseSeconds = 15;

    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight) => [Deployment(sight), Version(sight), Leader(sight), Switch(sight)];

    /// <summary>The operator's version: what its replicas say, else the image's tag; null when neither does.</summary>
    public static string? VersionOf(ClusterSight sight) =>
        (sight.Replicas.Value ?? []).Select(r => r.Figures.Value?.Version).OfType<string>().FirstOrDefault()
        ?? (sight.Deployment.Value is { } deployment ? new DeploymentFacts(deployment).ImageVersion : null);

    private static Finding Deployment(ClusterSight sight)
    {
        var name = $"Deployment {sight.OperatorNamespace}/{WellKnownNames.OperatorName}";
        if (sight.Deployment.Problem is { } problem)
            return CheckCodes.Deployment.Unknown(problem);
        if (sight.Deployment.Value is not { } deployment)
            return CheckCodes.Deployment.Error($"there is no {name}", "Install KafkaMesh: kubectl apply -k config/default; if it is in another namespace, name it with --operator-namespace.");
        var facts = new DeploymentFacts(deployment);
        var trouble = (sight.Replicas.Value ?? []).Select(r => r.Pod.Trouble(_ => true) is { } t ? $"; pod {r.Pod.Pod.Name}: {t}" : null).FirstOrDefault(t => t is not null);
        var advice = $"Look at kubectl -n {sight.OperatorNamespace} describe pods -l app.kubernetes.io/name=kafkamesh and at their logs.";
        if (facts.Wanted == 0)
            return CheckCodes.Deployment.Error($"{name} is scaled to 0: pods start without sidecars and no status is written", $"kubectl -n {sight.OperatorNamespace} scale deployment/{WellKnownNames.OperatorName} --replicas=2");
        if (facts.Ready == 0)
            return CheckCodes.Deployment.Error($"{name}: none of {facts.Wanted} replicas is ready{trouble}", advice);
        return facts.Ready < facts.Wanted
            ? CheckCodes.Deployment.Warning($"{name}: {facts.Ready} of {facts.Wanted} replicas are ready{trouble}", advice)
            : CheckCodes.Deployment.Ok($"{name}: {facts.Ready} of {facts.Wanted} replicas are ready");
    }

    private static Finding Version(ClusterSight sight)
    {
        if (sight.Deployment.Value is not { } deployment)
            return CheckCodes.OperatorVersion.Unknown(sight.Deployment.Problem ?? "no operator is installed");
        var versions = (sight.Replicas.Value ?? []).Select(r => r.Figures.Value?.Version).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (versions.Count == 0 && new DeploymentFacts(deployment).ImageVersion is { } tag)
            versions.Add(tag);
        return versions switch
        {
            [] => CheckCodes.OperatorVersion.Unknown("no replica says its version, and the image's tag is none"),
            [var one] when one == sight.Version => CheckCodes.OperatorVersion.Ok($"both are {one}"),
            [var one] => CheckCodes.OperatorVersion.Warning($"the operator is {one}, this command line {sight.Version}: findings may be wrong", $"Use the command line of version {one}, or upgrade the operator."),
            _ => CheckCodes.OperatorVersion.Warning($"replicas have versions {string.Join(" and ", versions)}", "An upgrade is under way, or stuck: look at kubectl rollout status."),
        };
    }

    private static Finding Leader(ClusterSight sight)
    {
        if (sight.Lease.Problem is { } problem)
            return CheckCodes.Leader.Unknown(problem);
        var advice = $"Look at the operator's log: kubectl -n {sight.OperatorNamespace} logs deployment/{WellKnownNames.OperatorName}";
        if (sight.Lease.Value?.Spec is not { HolderIdentity: { Length: > 0 } holder, RenewTime: { } renewed } spec)
            return CheckCodes.Leader.Error("nobody holds the lease: no status is written and no webhook registered", advice);
        var age = sight.Now - renewed;
        if (age <= TimeSpan.FromSeconds(spec.LeaseDurationSeconds ?? DefaultLeaseSeconds))
            return CheckCodes.Leader.Ok($"{holder} leads");
        return sight.LeaseMoved
            ? CheckCodes.Leader.Ok($"{holder} leads; the clock of this machine is about {AgeText.Of(age)} ahead of its")
            : CheckCodes.Leader.Error($"{holder} has not renewed the lease for {AgeText.Of(age)}: no status is written and no webhook registered", advice);
    }

    private static Finding Switch(ClusterSight sight)
    {
        if (sight.OwnNamespace.Value is not { } own)
            return CheckCodes.Switch.Unknown(sight.OwnNamespace.Problem ?? $"there is no namespace {sight.OperatorNamespace}");
        return ClusterFacts.Switch(own.Name, own.Annotations) is null
            ? CheckCodes.Switch.Ok($"namespace {own.Name} does not switch it off")
            : CheckCodes.Switch.Warning(
                $"namespace {own.Name} says {WellKnownNames.InjectAnnotation}: disabled: no pod of the cluster gets a sidecar, whatever it says itself",
                $"kubectl annotate namespace {own.Name} {WellKnownNames.InjectAnnotation}-, and make pods anew that were skipped meanwhile.");
    }
}
