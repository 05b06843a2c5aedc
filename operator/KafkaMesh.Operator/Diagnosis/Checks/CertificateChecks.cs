using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Certificates;
using KafkaMesh.Operator.Diagnosis.Reading;
using KafkaMesh.Operator.Wording;

namespace KafkaMesh.Operator.Diagnosis.Checks;

/// <summary>KM4xx: certificates.</summary>
internal static class CertificateChecks
{
    // The operator renews at two thirds of the life; half of the rest is time enough to notice that it does not.
    private static readonly TimeSpan AuthorityMargin = CertificateAuthority.Lifetime / 6;
    private static readonly TimeSpan LeafMargin = CertificateAuthority.LeafLifetime / 6;

    /// <summary>Looks.</summary>
    public static IEnumerable<Finding> Run(ClusterSight sight)
    {
        var isMounted = sight.Mounted is not { Value: null, Problem: null };
        yield return Trusted(sight);
        yield return Secret(sight);
        if (sight.Authority.Value is [var current, ..])
            yield return AuthorityEnd(sight, current);
        foreach (var finding in ServingEnds(sight))
            yield return finding;
        if (isMounted || (sight.Deployment.Value is { } deployment && new DeploymentFacts(deployment).CertificateSecret is not null))
            yield return Mounted(sight);
    }

    private static Finding Trusted(ClusterSight sight)
    {
        var entries = sight.InjectorRegistration is { } registration ? WebhookChecks.EntriesOf(registration) : [];
        if (entries.Count == 0)
            return sight.InjectorRegistration is null ? CheckCodes.TrustedAuthority.Unknown(sight.Webhooks.Problem ?? "there is no webhook registration") : CheckCodes.TrustedAuthority.Ok("there is no entry yet");
        var isMounted = sight.Deployment.Value is { } deployment && new DeploymentFacts(deployment).CertificateSecret is not null;
        var authority = isMounted ? sight.Mounted : sight.Authority;
        if (authority.Value is not { Count: > 0 } certificates)
            return CheckCodes.TrustedAuthority.Unknown(authority.Problem ?? "there is no authority to compare with");
        var wanted = CertificateText.Read(isMounted ? certificates[^1] : certificates[0]);
        if (wanted.Count == 0)
            return CheckCodes.TrustedAuthority.Unknown("the authority to compare with is no certificate");
        foreach (var entry in entries)
        {
            var bundle = CertificateText.Read(CertificateText.FromBase64(PodView.Text(entry["clientConfig"] as JsonObject, "caBundle")));
            if (!wanted.All(w => bundle.Any(b => b.RawDataMemory.Span.SequenceEqual(w.RawDataMemory.Span))))
            {
                return CheckCodes.TrustedAuthority.Error(
                    $"entry {PodView.Text(entry, "name")} does not trust the authority: the API server refuses the injector's certificate",
                    "The operator writes caBundle itself within 30 s: look at KM203, and keep cert-manager's CA injector and GitOps tools from writing it.");
            }
        }
        return CheckCodes.TrustedAuthority.Ok($"{Plural.Of(entries.Count, "entry trusts", "entries trust")} {wanted[0].Subject}");
    }

    private static Finding Secret(ClusterSight sight)
    {
        var name = $"Secret {sight.OperatorNamespace}/{WellKnownNames.WebhookCaSecretName}";
        if (sight.Authority.Problem is { } problem)
            return CheckCodes.AuthoritySecret.Unknown(problem);
        if (sight.Authority.Value is not { } certificates)
            return CheckCodes.AuthoritySecret.Error($"there is no {name}", "The operator makes it when it starts: look at KM201 and its log.");
        return certificates.Count > 0 && CertificateText.Read(certificates[0]).Count > 0
            ? CheckCodes.AuthoritySecret.Ok(name)
            : CheckCodes.AuthoritySecret.Error($"{name} holds no certificate in ca.crt", "Delete it: the operator makes a new one and publishes it before it serves with it.");
    }

    private static Finding AuthorityEnd(ClusterSight sight, string pem)
    {
        var end = CertificateText.Read(pem).Select(EndOf).DefaultIfEmpty(DateTimeOffset.MinValue).Min();
        const string Advice = "The operator renews it 122 days before: look at its log.";
        return (end - sight.Now) switch
        {
            var left when left <= TimeSpan.Zero => CheckCodes.AuthorityEnd.Error($"the authority ended at {end:u}", Advice),
            var left when left < AuthorityMargin => CheckCodes.AuthorityEnd.Warning($"the authority ends in {AgeText.Of(left)} and was not renewed", Advice),
            var left => CheckCodes.AuthorityEnd.Ok($"the authority ends in {AgeText.Of(left)}"),
        };
    }

    private static IEnumerable<Finding> ServingEnds(ClusterSight sight)
    {
        var replicas = sight.Replicas.Value ?? [];
        if (replicas.Count == 0)
            yield return CheckCodes.ServingEnd.Unknown(sight.Replicas.Problem ?? "no replica runs");
        foreach (var replica in replicas)
            yield return ServingEnd(sight, replica).About($"pod/{replica.Pod.DisplayName}");
    }

    private static Finding ServingEnd(ClusterSight sight, ReplicaSight replica)
    {
        if (replica.Figures.Value is not { } figures)
            return CheckCodes.ServingEnd.Unknown(replica.Figures.Problem ?? "it says nothing");
        if (figures.ServingEnd is not { } end)
            return CheckCodes.ServingEnd.Error("it has no serving certificate", "Look at its log: it lacks the Secret, or the mounted files are not usable.");
        const string Advice = "It renews by itself; look at its log (with cert-manager: at the Certificate).";
        return (end - sight.Now) switch
        {
            var left when left <= TimeSpan.Zero => CheckCodes.ServingEnd.Error($"its certificate ended at {end:u}", Advice),
            var left when left < LeafMargin => CheckCodes.ServingEnd.Warning($"its certificate ends in {AgeText.Of(left)} and was not renewed", Advice),
            var left => CheckCodes.ServingEnd.Ok($"its certificate ends in {AgeText.Of(left)}"),
        };
    }

    private static Finding Mounted(ClusterSight sight)
    {
        const string Advice = "Look at kubectl -n kafkamesh-system describe certificate kafkamesh-webhook-tls, and at its issuer: it must give a ca.crt.";
        if (sight.Mounted.Problem is { } problem)
            return CheckCodes.MountedCertificate.Unknown(problem);
        if (sight.Mounted.Value is not { } parts)
            return CheckCodes.MountedCertificate.Error("the Secret that the operator mounts does not exist", "Is cert-manager installed? " + Advice);
        var chain = CertificateText.Read(parts.Count > 0 ? parts[0] : null);
        var authority = CertificateText.Read(parts.Count > 1 ? parts[1] : null);
        if (chain.Count == 0 || authority.Count == 0)
            return CheckCodes.MountedCertificate.Error("the Secret that the operator mounts holds no tls.crt with ca.crt", Advice);
        var name = $"{(sight.Deployment.Value is { } d ? new DeploymentFacts(d).ServiceName : WellKnownNames.OperatorName)}.{sight.OperatorNamespace}.svc";
        if (!chain[0].MatchesHostname(name))
            return CheckCodes.MountedCertificate.Error($"the certificate is not for {name}", "Add the name to the Certificate's dnsNames.");
        if (!MountedCertificate.IsIssuedBy(chain[0], chain, authority))
            return CheckCodes.MountedCertificate.Error("tls.crt was not issued by ca.crt", Advice);
        return EndOf(chain[0]) <= sight.Now
            ? CheckCodes.MountedCertificate.Error($"the certificate ended at {EndOf(chain[0]):u}", Advice)
            : CheckCodes.MountedCertificate.Ok($"the certificate ends in {AgeText.Of(EndOf(chain[0]) - sight.Now)}");
    }

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());
}
