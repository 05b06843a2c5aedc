using System.CommandLine;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Configuration;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Commands;

/// <summary><c>kafkamesh inject</c>: adds sidecars to manifests, as the webhook adds them to pods.</summary>
internal sealed class InjectCommand
{
    private const string Help = """
        Reads manifests, adds the sidecar to every pod and pod template that a KafkaMonitor wants, whatever the kind, and prints all of
        them for kubectl apply -f -. Documents without a change are printed byte for byte as they were; in the others only lines are
        added. A line for every pod template on standard error says what became of it and why.

        Monitors come from the manifests themselves, from --monitor and from --cluster. With none of these, pods annotated
        kafkamesh.io/inject: enabled get a monitor of defaults.

        Example: kafkamesh inject -f deploy/ --monitor monitor.yaml --kubernetes-version 1.36 | kubectl apply -f -
        """;

    private readonly ManifestOptions _manifests = new("default; with --cluster the context's");
    private readonly Option<string[]> _monitors = new("--monitor") { Description = "File with KafkaMonitors besides those of the manifests; may be repeated", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _image = new("--image") { Description = $"Image of sidecar and init container [default: the operator's with --cluster, else {OperatorSettings.DefaultImage}]", HelpName = "IMAGE" };
    private readonly Option<string?> _pullPolicy = new("--image-pull-policy") { Description = "Always, IfNotPresent or Never [default: the operator's with --cluster, else IfNotPresent]", HelpName = "POLICY" };
    private readonly Option<string?> _version = new("--kubernetes-version")
    {
        Description = "Oldest Kubernetes that shall run the pods, such as 1.36: from 1.29 on sidecars are native, and Jobs can have one [default: the cluster's with --cluster, else sidecars are ordinary containers]",
        HelpName = "VERSION",
    };

    private readonly Option<string> _operatorNamespace = new("--operator-namespace")
    {
        Description = "Namespace of the operator: nothing is injected there, and its annotation may switch injection off",
        HelpName = "NAME",
        DefaultValueFactory = _ => WellKnownNames.SystemNamespace,
    };

    private readonly Option<string?> _protected = new("--protected-namespaces") { Description = "Namespaces in which nothing is injected, separated by commas, besides kube-system, cert-manager and the like, and with --cluster the operator's", HelpName = "NAMES" };
    private readonly Option<string?> _podSecurity = new("--default-pod-security")
    {
        Description = $"Pod Security level that the cluster enforces where a namespace has no label {NamespaceFacts.EnforceLabel}: privileged, baseline or restricted [default: the operator's with --cluster, else privileged]",
        HelpName = "LEVEL",
    };

    private readonly Option<bool> _cluster = new("--cluster") { Description = "Ask the cluster of the kubeconfig for KafkaMonitors, namespaces, versions and how its operator is set up" };
    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "Kubeconfig for --cluster [default: as kubectl]", HelpName = "FILE" };
    private readonly Option<string?> _context = new("--context") { Description = "Context for --cluster [default: the current one]", HelpName = "NAME" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var self = new InjectCommand();
        var command = new Command("inject", "Add the Kafka sidecar to the pod templates of manifests, where the webhook does not") { HelpWithText.Option(Help + "\n\n" + CommandOutput.ExitCodes) };
        self._manifests.AddTo(command);
        foreach (var option in (Option[])[self._monitors, self._image, self._pullPolicy, self._version, self._operatorNamespace, self._protected, self._podSecurity, self._cluster, self._kubeconfig, self._context])
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) => CommandOutput.GuardAsync("inject", () => RunAsync(self.Resolve(result), cancellationToken)));
        return command;
    }

    private InjectOptions Resolve(ParseResult result)
    {
        var options = new InjectOptions
        {
            Files = _manifests.FileNames(result),
            Recursive = result.GetValue(_manifests.Recursive),
            MonitorFiles = result.GetValue(_monitors) ?? [],
            Namespace = _manifests.NamespaceName(result),
            OperatorNamespace = result.GetValue(_operatorNamespace)!,
            ProtectedNamespaces = Names(result.GetValue(_protected)),
            DefaultPodSecurity = result.GetValue(_podSecurity),
            Image = result.GetValue(_image),
            ImagePullPolicy = result.GetValue(_pullPolicy),
            KubernetesMinor = Minor(result.GetValue(_version)),
            Cluster = result.GetValue(_cluster),
            Kubeconfig = result.GetValue(_kubeconfig),
            Context = result.GetValue(_context),
            Output = _manifests.Format(result),
        };
        if (options.Image is { } image && (image.Length == 0 || image.Any(char.IsWhiteSpace)))
            throw new UsageException($"--image: '{options.Image}' is not accepted; it takes an image");
        if (options.ImagePullPolicy is not (null or "Always" or "IfNotPresent" or "Never"))
            throw new UsageException($"--image-pull-policy: '{options.ImagePullPolicy}' is not accepted; it takes Always, IfNotPresent or Never");
        if (options.DefaultPodSecurity is { } level && !PodSecurityLevel.IsKnown(level))
            throw new UsageException($"--default-pod-security: '{level}' is not accepted; it takes privileged, baseline or restricted");
        if (!OperatorSettings.IsDnsLabel(options.OperatorNamespace))
            throw new UsageException($"--operator-namespace: '{options.OperatorNamespace}' is not accepted; it takes a namespace name");
        if (!options.Cluster && (options.Kubeconfig ?? options.Context) is not null)
            throw new UsageException("--kubeconfig and --context say which cluster is asked; add --cluster to ask it");
        return options;
    }

    private static IReadOnlyList<string> Names(string? text) => OperatorSettings.Names(text ?? "")
        ?? throw new UsageException($"--protected-namespaces: '{text}' is not accepted; it takes names of namespaces, separated by commas");

    private static int? Minor(string? version) => version is null
        ? null
        : ClusterProbe.MinorOf(version) ?? throw new UsageException($"--kubernetes-version: '{version}' is not accepted; it takes a version such as 1.36");

    private static async Task<int> RunAsync(InjectOptions options, CancellationToken cancellationToken)
    {
        var configuration = options.Cluster ? KubernetesClientConfiguration.BuildConfigFromConfigFile(options.Kubeconfig, options.Context) : null;
        var files = ManifestFiles.Read(options.Files, options.Recursive, Console.OpenStandardInput());
        var monitorFiles = ManifestFiles.Read(options.MonitorFiles.Select(NotStandardInput), recursive: false, Stream.Null);
        using var client = configuration is null ? null : new KubernetesClient(configuration, new KubernetesClientOptions { UserAgent = $"{WellKnownNames.FieldManager}/{ProductVersion.Text}" });
        var injector = new ManifestInjector(options);
        var changes = await injector.RunAsync(files, monitorFiles, client, options.Namespace ?? configuration?.Namespace ?? "default", cancellationToken);
        return await CommandOutput.WriteAsync(files, changes, options.Output, injector.Notes);
    }

    private static string NotStandardInput(string name) =>
        name == "-" ? throw new UsageException("--monitor takes a file; monitors on standard input stand among the manifests of -f -") : name;
}
