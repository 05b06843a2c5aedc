namespace KafkaMesh.Operator.Diagnosis;

/// <summary>All checks, in the order in which they are reported. docs/findings.md documents each; a test holds both alike.</summary>
internal static class CheckCodes
{
    private const string Cluster = "cluster";
    private const string Operator = "operator";
    private const string Webhook = "webhook";
    private const string Certificates = "certificates";
    private const string Rights = "rights of the operator";
    private const string Namespaces = "namespaces";
    private const string Monitors = "monitors";
    private const string Pods = "pods";
    private const string Pod = "pod";

    public static readonly CheckCode ApiServer = new("KM101", Cluster, "The API server answers");
    public static readonly CheckCode KubernetesVersion = new("KM102", Cluster, "The Kubernetes version is supported");
    public static readonly CheckCode Definition = new("KM103", Cluster, "The KafkaMonitor definition is installed and served");
    public static readonly CheckCode DefinitionVersion = new("KM104", Cluster, "The KafkaMonitor definition is this version's");
    public static readonly CheckCode Scope = new("KM105", Cluster, "KafkaMonitors of all namespaces can be seen");

    public static readonly CheckCode Deployment = new("KM201", Operator, "The operator runs");
    public static readonly CheckCode OperatorVersion = new("KM202", Operator, "Operator and command line have the same version");
    public static readonly CheckCode Leader = new("KM203", Operator, "One replica leads");
    public static readonly CheckCode Switch = new("KM204", Operator, "Injection is on for the cluster");

    public static readonly CheckCode Registration = new("KM301", Webhook, "The webhook registration exists");
    public static readonly CheckCode Endpoints = new("KM302", Webhook, "The operator's Service has ready endpoints");
    public static readonly CheckCode EntryService = new("KM303", Webhook, "Webhook entries call the operator's Service");
    public static readonly CheckCode Entries = new("KM304", Webhook, "Every KafkaMonitor has its webhook entry");
    public static readonly CheckCode FailurePolicy = new("KM305", Webhook, "Webhook entries have the failure policy that monitors ask for");
    public static readonly CheckCode EntryContent = new("KM306", Webhook, "Webhook entries say what the operator writes");
    public static readonly CheckCode OtherWebhooks = new("KM307", Webhook, "No other webhook calls the injector");
    public static readonly CheckCode Probe = new("KM308", Webhook, "A pod that is created as a trial is injected");

    public static readonly CheckCode TrustedAuthority = new("KM401", Certificates, "Webhook entries trust the authority of the serving certificate");
    public static readonly CheckCode AuthoritySecret = new("KM402", Certificates, "The Secret with the authority is usable");
    public static readonly CheckCode AuthorityEnd = new("KM403", Certificates, "The authority is valid for long enough");
    public static readonly CheckCode ServingEnd = new("KM404", Certificates, "Serving certificates are valid for long enough");
    public static readonly CheckCode MountedCertificate = new("KM405", Certificates, "The certificate of cert-manager is usable");

    public static readonly CheckCode Grants = new("KM501", Rights, "The operator may do what it has to");

    public static readonly CheckCode PodSecurity = new("KM601", Namespaces, "Pod Security admits the sidecars of monitored namespaces");
    public static readonly CheckCode KillSwitch = new("KM602", Namespaces, "No monitored namespace is switched off");
    public static readonly CheckCode Annotations = new("KM603", Namespaces, "kafkamesh.io/inject is an annotation that says enabled or disabled");
    public static readonly CheckCode Room = new("KM604", Namespaces, "ResourceQuotas and LimitRanges leave room for sidecars");

    public static readonly CheckCode MonitorSpec = new("KM701", Monitors, "KafkaMonitors can be used");
    public static readonly CheckCode MonitorStatus = new("KM702", Monitors, "The status of KafkaMonitors is fresh");
    public static readonly CheckCode Selection = new("KM703", Monitors, "KafkaMonitors select pods");
    public static readonly CheckCode Conflict = new("KM704", Monitors, "No two KafkaMonitors want the same pod");
    public static readonly CheckCode Unreachable = new("KM705", Monitors, "Sidecars report");
    public static readonly CheckCode MissingSidecars = new("KM706", Monitors, "Selected pods carry a sidecar");
    public static readonly CheckCode Outdated = new("KM707", Monitors, "Sidecars have the current configuration");
    public static readonly CheckCode Skipped = new("KM708", Monitors, "Selected pods can be injected");
    public static readonly CheckCode Rollout = new("KM709", Monitors, "Rollouts go on");
    public static readonly CheckCode Decoded = new("KM710", Monitors, "Connections can be decoded");

    public static readonly CheckCode Orphans = new("KM801", Pods, "Every sidecar has its KafkaMonitor");
    public static readonly CheckCode SidecarVersion = new("KM802", Pods, "Sidecars have the operator's version");
    public static readonly CheckCode SidecarRuns = new("KM803", Pods, "Init containers and sidecars run");

    public static readonly CheckCode PodExists = new("KM901", Pod, "The pod exists");
    public static readonly CheckCode PodWanted = new("KM902", Pod, "A KafkaMonitor wants the pod and it can be injected");
    public static readonly CheckCode PodCarries = new("KM903", Pod, "The pod carries the sidecar that it should");
    public static readonly CheckCode PodAsked = new("KM904", Pod, "The API server asks the injector about pods like this one");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<CheckCode> All { get; } =
    [
        ApiServer, KubernetesVersion, Definition, DefinitionVersion, Scope,
        Deployment, OperatorVersion, Leader, Switch,
        Registration, Endpoints, EntryService, Entries, FailurePolicy, EntryContent, OtherWebhooks, Probe,
        TrustedAuthority, AuthoritySecret, AuthorityEnd, ServingEnd, MountedCertificate,
        Grants,
        PodSecurity, KillSwitch, Annotations, Room,
        MonitorSpec, MonitorStatus, Selection, Conflict, Unreachable, MissingSidecars, Outdated, Skipped, Rollout, Decoded,
        Orphans, SidecarVersion, SidecarRuns,
        PodExists, PodWanted, PodCarries, PodAsked,
    ];
}
