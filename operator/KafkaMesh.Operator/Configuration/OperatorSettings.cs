using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Dashboard;

namespace KafkaMesh.Operator.Configuration;

/// <summary>The settings of <c>kafkamesh operator</c>: flags and environment variables come from this one list.</summary>
internal static partial class OperatorSettings
{
    /// <summary>Image of the sidecar when nobody names one.</summary>
    public static readonly string DefaultImage = "kafkamesh-proxy:v" + ProductVersion.Text;

    private static readonly Setting Kubeconfig = new("kubeconfig", null, "a file", "Kubeconfig; without it the pod's service account is used", File.Exists);
    private static readonly Setting Namespace = new("namespace", WellKnownNames.SystemNamespace, "a namespace name", "Namespace of the operator", v => DnsLabel().IsMatch(v));
    private static readonly Setting ProtectedNamespaces = new("protected-namespaces", null, "names of namespaces, separated by commas", "Namespaces in which nothing is injected, besides kube-system, cert-manager and the like", v => Names(v) is not null);
    private static readonly Setting DefaultPodSecurity = new("default-pod-security", PodSecurityLevel.Privileged, "privileged, baseline or restricted", $"Pod Security level that the API server enforces where a namespace has no label {NamespaceFacts.EnforceLabel}, as its admission configuration says", PodSecurityLevel.IsKnown);
    private static readonly Setting WebhookPort = new("webhook-port", "9443", "0 to 65535", "Port of the webhook; 0 takes a free one", IsPort);
    private static readonly Setting WebhookCertDir = new("webhook-cert-dir", null, "a directory", "Serve the webhook with tls.crt and tls.key of this directory, which ca.crt issued, and follow their changes; without it the operator issues its own", Directory.Exists);
    private static readonly Setting MetricsPort = new("metrics-port", "8080", "0 to 65535", "Port of /metrics, /livez and /readyz; 0 takes a free one", IsPort);
    private static readonly Setting Dashboard = new("dashboard", "true", "true or false", "Serve the dashboard: web UI, JSON API and taps", v => v is "true" or "false");
    private static readonly Setting DashboardPort = new("dashboard-port", $"{WellKnownNames.DashboardPort}", "0 to 65535", "Port of the dashboard; 0 takes a free one", IsPort);
    private static readonly Setting DashboardAuth = new("dashboard-auth", "None", "None or Token", "What looking at the dashboard needs: nothing, or a token whose user may get KafkaMonitors; a tap always needs one", v => v is "None" or "Token");
    private static readonly Setting PodIP = new("pod-ip", null, "an IP address", "Address of this pod, by which other replicas pass requests for the dashboard on to the leader", v => IPAddress.TryParse(v, out _));
    private static readonly Setting ProxyImage = new("proxy-image", DefaultImage, "an image", "Image of sidecar and init container", v => v.Length > 0 && !v.Any(char.IsWhiteSpace));
    private static readonly Setting PullPolicy = new("proxy-image-pull-policy", "IfNotPresent", "Always, IfNotPresent or Never", "When the sidecar's image is pulled", v => v is "Always" or "IfNotPresent" or "Never");
    private static readonly Setting PullSecrets = new("proxy-image-pull-secrets", null, "names of Secrets, separated by commas", "Added to spec.imagePullSecrets of pods with a sidecar; each must be in the pod's namespace", v => v.Split(',').All(n => SecretName().IsMatch(n)));
    private static readonly Setting ServiceName = new("service-name", WellKnownNames.OperatorName, "a service name", "Service through which the API server calls the webhook", v => DnsLabel().IsMatch(v));
    private static readonly Setting LeaderElect = new("leader-elect", "true", "true or false", "Elect a leader among the replicas", v => v is "true" or "false");
    private static readonly Setting LeaseDuration = new("leader-elect-lease-duration", "15", "3 to 60 seconds", "Seconds after which another replica leads when the leader is heard of no more", v => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var s) && s is >= 3 and <= 60);
    private static readonly Setting LogLevel = new("log-level", "info", "debug, info, warning or error", "Least severe messages that are logged", v => v is "debug" or "info" or "warning" or "error");
    private static readonly Setting ShutdownDelay = new("shutdown-delay", "5", "0 to 60 seconds", "Seconds to serve on after SIGTERM", v => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var s) && s <= 60);

    /// <summary>All settings, in the order of <c>--help</c>.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [Kubeconfig, Namespace, ProtectedNamespaces, DefaultPodSecurity, WebhookPort, WebhookCertDir, MetricsPort, Dashboard, DashboardPort, DashboardAuth, PodIP, ProxyImage, PullPolicy, PullSecrets, ServiceName, LeaderElect, LeaseDuration, LogLevel, ShutdownDelay];

    /// <summary>Resolves all settings: flag, else variable, else default.</summary>
    /// <param name="flag">Value of a flag; null when it was not given.</param>
    /// <param name="variable">Value of an environment variable; null when it is not set.</param>
    /// <param name="error">One line for the user when a value is not accepted.</param>
    /// <returns>The options; null after an error.</returns>
    public static OperatorOptions? Resolve(Func<Setting, string?> flag, Func<string, string?> variable, out string? error)
    {
        var values = new Dictionary<Setting, string?>();
        error = null;
        foreach (var setting in All)
        {
            var fromFlag = flag(setting);
            var fromVariable = variable(setting.Variable) is { Length: > 0 } text ? text : null;
            var given = fromFlag ?? fromVariable;
            if (given is not null && !setting.IsValid(given))
            {
                error = $"{(fromFlag is not null ? setting.Flag : setting.Variable)}: '{given.ReplaceLineEndings(" ")}' is not accepted; it takes {setting.Accepted}";
                return null;
            }
            values[setting] = given ?? setting.Default;
        }
        return new OperatorOptions
        {
            Kubeconfig = values[Kubeconfig],
            Namespace = values[Namespace]!,
            ProtectedNamespaces = Names(values[ProtectedNamespaces] ?? "") ?? [],
            DefaultPodSecurity = values[DefaultPodSecurity]!,
            WebhookPort = Number(values[WebhookPort]),
            WebhookCertDirectory = values[WebhookCertDir],
            MetricsPort = Number(values[MetricsPort]),
            Dashboard = values[Dashboard] == "true"
                ? new DashboardOptions(values[Namespace]!, Number(values[DashboardPort]), values[DashboardAuth] == "Token", values[PodIP] is { } ip ? IPAddress.Parse(ip) : null)
                : null,
            ProxyImage = values[ProxyImage]!,
            ProxyImagePullPolicy = values[PullPolicy]!,
            ProxyImagePullSecrets = values[PullSecrets]?.Split(',') ?? [],
            ServiceName = values[ServiceName]!,
            LeaderElect = values[LeaderElect] == "true",
            LeaseDuration = TimeSpan.FromSeconds(Number(values[LeaseDuration])),
            LogLevel = values[LogLevel]!,
            ShutdownDelaySeconds = Number(values[ShutdownDelay]),
        };
    }

    /// <summary>Whether a text can be the name of a namespace or service.</summary>
    public static bool IsDnsLabel(string text) => DnsLabel().IsMatch(text);

    /// <summary>Names of namespaces that a text separates by commas; null when one cannot be a name.</summary>
    public static IReadOnlyList<string>? Names(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.All(IsDnsLabel) ? names : null;
    }

    private static int Number(string? text) => int.Parse(text!, NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool IsPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"^(?=.{1,253}\z)[a-z0-9]([a-z0-9.-]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DnsLabel();
}
