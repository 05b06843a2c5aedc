using System.CommandLine;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Operator.Commands.Injection;
using KafkaMesh.Operator.Configuration;

namespace KafkaMesh.Operator.Commands.Clusters;

/// <summary>The flags of commands that look at a cluster, named as kubectl names them, and the way to it.</summary>
/// <param name="namespaceHelp">What <c>-n</c> means to the command.</param>
internal sealed class ClusterOptions(string namespaceHelp)
{
    // Nobody who waits at a terminal wants the half minute of a controller.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "Kubeconfig [default: as kubectl]", HelpName = "FILE" };
    private readonly Option<string?> _context = new("--context") { Description = "Context [default: the current one]", HelpName = "NAME" };
    private readonly Option<string?> _namespace = new("--namespace", "-n") { Description = namespaceHelp, HelpName = "NAME" };
    private readonly Option<string> _operatorNamespace = new("--operator-namespace")
    {
        Description = "Namespace of the operator",
        HelpName = "NAME",
        DefaultValueFactory = _ => WellKnownNames.SystemNamespace,
    };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_kubeconfig, _context, _namespace, _operatorNamespace])
            command.Options.Add(option);
    }

    /// <summary>The namespace that <c>-n</c> names; null when it is not given.</summary>
    /// <exception cref="UsageException">It is no namespace name.</exception>
    public string? NamespaceName(ParseResult result) => Checked("--namespace", result.GetValue(_namespace));

    /// <summary>The operator's namespace.</summary>
    /// <exception cref="UsageException">It is no namespace name.</exception>
    public string OperatorNamespace(ParseResult result) => Checked("--operator-namespace", result.GetValue(_operatorNamespace))!;

    /// <summary>The configuration that the flags name.</summary>
    /// <exception cref="KubeConfigException">There is none, or it is wrong.</exception>
    public KubernetesClientConfiguration Configuration(ParseResult result) =>
        KubernetesClientConfiguration.BuildConfigFromConfigFile(result.GetValue(_kubeconfig), result.GetValue(_context));

    /// <summary>A client for people: its requests end soon, and are not repeated for long.</summary>
    public static KubernetesClient Connect(KubernetesClientConfiguration configuration) => new(configuration, new KubernetesClientOptions
    {
        UserAgent = $"{WellKnownNames.FieldManager}/{ProductVersion.Text}",
        RequestTimeout = RequestTimeout,
        ListTimeout = 2 * RequestTimeout,
        MaxRetries = 1,
    });

    private static string? Checked(string flag, string? name) =>
        name is null || OperatorSettings.IsDnsLabel(name) ? name : throw new UsageException($"{flag}: '{name}' is not accepted; it takes a namespace name");
}
