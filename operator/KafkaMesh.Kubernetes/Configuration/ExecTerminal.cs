namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>What a credential plug-in can use to talk to a person, as client-go gives it to plug-ins.</summary>
/// <param name="HasInput">Whether standard input is a terminal, on which somebody can answer.</param>
/// <param name="Messages">Where standard error of a plug-in is shown while it runs; null: to nobody, as in a pod.</param>
internal sealed record ExecTerminal(bool HasInput, TextWriter? Messages)
{
    /// <summary>The terminal of this process.</summary>
    public static ExecTerminal Current { get; } = new(!Console.IsInputRedirected, Console.IsErrorRedirected ? null : Console.Error);

    /// <summary>Whether a plug-in may ask a person: <c>interactiveMode</c> of kubeconfig, IfAvailable where it says nothing.</summary>
    public bool LetsAsk(KubeConfigExec exec) => HasInput && exec.InteractiveMode != "Never";
}
