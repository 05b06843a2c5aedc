using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Pods;
using KafkaMesh.Operator.Configuration;

namespace KafkaMesh.Operator.Diagnosis.Reading;

/// <summary>What the operator's Deployment says about how it runs.</summary>
internal sealed class DeploymentFacts(JsonObject deployment)
{
    private JsonObject? PodSpec => ((deployment["spec"] as JsonObject)?["template"] as JsonObject)?["spec"] as JsonObject;

    private JsonObject? Container => PodView.Items(PodSpec, "containers").FirstOrDefault(c => Setting(c, "KAFKAMESH_PROXY_IMAGE") is not null)
        ?? PodView.Items(PodSpec, "containers").FirstOrDefault();

    /// <summary>Replicas that are asked for.</summary>
    public long Wanted => PodView.Number(deployment["spec"] as JsonObject, "replicas") ?? 1;

    /// <summary>Replicas that are ready.</summary>
    public long Ready => PodView.Number(deployment["status"] as JsonObject, "readyReplicas") ?? 0;

    /// <summary>The service account that it runs as.</summary>
    public string ServiceAccount => PodView.Text(PodSpec, "serviceAccountName") ?? "default";

    /// <summary>The version in the image's tag; null for a digest or a tag that is no version.</summary>
    public string? ImageVersion
    {
        get
        {
            var image = PodView.Text(Container, "image") ?? "";
            var tag = image.Contains('@', StringComparison.Ordinal) ? "" : image[(image.LastIndexOf(':') + 1)..].TrimStart('v');
            return tag.Length > 0 && char.IsAsciiDigit(tag[0]) && tag.Contains('.', StringComparison.Ordinal) && !tag.Contains('/', StringComparison.Ordinal) ? tag : null;
        }
    }

    /// <summary>Port of metrics and probes.</summary>
    public long MetricsPort => PodView.Items(Container, "ports").Where(p => PodView.Text(p, "name") == "metrics").Select(p => PodView.Number(p, "containerPort")).FirstOrDefault() ?? 8080;

    /// <summary>Name of the Secret that is mounted as serving certificate; null when the operator issues its own.</summary>
    public string? CertificateSecret
    {
        get
        {
            if ((Value("KAFKAMESH_WEBHOOK_CERT_DIR") ?? Flag("--webhook-cert-dir")) is not { } directory)
                return null;
            var volume = PodView.Items(Container, "volumeMounts").FirstOrDefault(m => PodView.Text(m, "mountPath") == directory) is { } mount ? PodView.Text(mount, "name") : null;
            return PodView.Items(PodSpec, "volumes").Where(v => PodView.Text(v, "name") == volume).Select(v => PodView.Text(v["secret"] as JsonObject, "secretName")).FirstOrDefault();
        }
    }

    /// <summary>How the operator makes sidecars.</summary>
    /// <param name="version">Its version.</param>
    public SidecarDefaults Defaults(string version) => new(
        Flag("--proxy-image") ?? Value("KAFKAMESH_PROXY_IMAGE") ?? OperatorSettings.DefaultImage,
        Flag("--proxy-image-pull-policy") ?? Value("KAFKAMESH_PROXY_IMAGE_PULL_POLICY") ?? "IfNotPresent",
        version)
    {
        PullSecrets = (Flag("--proxy-image-pull-secrets") ?? Value("KAFKAMESH_PROXY_IMAGE_PULL_SECRETS")) is { Length: > 0 } secrets ? secrets.Split(',') : [],
    };

    /// <summary>What it protects besides the namespaces of every cluster.</summary>
    public IReadOnlyList<string> ProtectedNamespaces => OperatorSettings.Names(Flag("--protected-namespaces") ?? Value("KAFKAMESH_PROTECTED_NAMESPACES") ?? "") ?? [];

    /// <summary>The Pod Security level that it takes for the cluster's default. A value that it would not accept counts as none.</summary>
    public string DefaultPodSecurity =>
        (Flag("--default-pod-security") ?? Value("KAFKAMESH_DEFAULT_POD_SECURITY")) is { } level && PodSecurityLevel.IsKnown(level) ? level : PodSecurityLevel.Privileged;

    /// <summary>The Service by which the API server calls.</summary>
    public string ServiceName => Flag("--service-name") ?? Value("KAFKAMESH_SERVICE_NAME") ?? WellKnownNames.OperatorName;

    private string? Value(string variable) => Setting(Container, variable);

    private static string? Setting(JsonObject? container, string variable) =>
        PodView.Items(container, "env").Where(e => PodView.Text(e, "name") == variable).Select(e => PodView.Text(e, "value")).FirstOrDefault();

    private string? Flag(string flag)
    {
        var arguments = (Container?["args"] as JsonArray ?? []).Select(a => a?.ToString() ?? "").ToList();
        var at = arguments.IndexOf(flag);
        return at >= 0 && at + 1 < arguments.Count
            ? arguments[at + 1]
            : arguments.Find(a => a.StartsWith(flag + "=", StringComparison.Ordinal))?[(flag.Length + 1)..];
    }
}
