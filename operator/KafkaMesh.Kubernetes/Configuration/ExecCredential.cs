namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>
/// Credentials from a plug-in (<c>client.authentication.k8s.io</c>): run when needed, one run at a time for all that wait, kept until they
/// expire or the server answers 401 to them.
/// </summary>
internal sealed class ExecCredential : ICredentialSource
{
    // A token that ends while the request travels is as good as none.
    private static readonly TimeSpan s_leeway = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly KubeConfigExec _exec;
    private readonly KubeConfigCluster _cluster;
    private readonly TimeProvider _timeProvider;
    private readonly ExecTerminal _terminal;
    private ExecCredentialStatus? _current;
    private Task<ExecCredentialStatus>? _run;

    public ExecCredential(KubeConfigExec exec, KubeConfigCluster cluster, TimeProvider timeProvider, ExecTerminal? terminal = null)
    {
        if (exec.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw new KubeConfigException(
                $"The credential plug-in '{exec.Command}' is configured with apiVersion '{exec.ApiVersion}': use client.authentication.k8s.io/v1 or v1beta1.");
        }

        _terminal = terminal ?? ExecTerminal.Current;
        if (exec.InteractiveMode == "Always" && !_terminal.HasInput)
        {
            throw new KubeConfigException($"The credential plug-in '{exec.Command}' wants a terminal (interactiveMode: Always), and standard input is none here.");
        }

        _exec = exec;
        _cluster = cluster;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        Task<ExecCredentialStatus> run;
        lock (_gate)
        {
            if (_current is { } current && IsFresh(current))
            {
                return current.Credential;
            }

            // The run belongs to all that wait for it: that one of them gives up does not end it.
            run = _run ??= Task.Run(RunAsync, CancellationToken.None);
        }

        return (await run.WaitAsync(cancellationToken)).Credential;
    }

    /// <inheritdoc/>
    public bool Invalidate(Credential refused)
    {
        lock (_gate)
        {
            // Of many requests that were refused together only the first asks for a new run.
            if (ReferenceEquals(_current?.Credential, refused))
            {
                _current = null;
            }

            return true;
        }
    }

    private async Task<ExecCredentialStatus> RunAsync()
    {
        try
        {
            var status = await ExecPlugin.RunAsync(_exec, _cluster, _terminal);
            lock (_gate)
            {
                return _current = status;
            }
        }
        finally
        {
            lock (_gate)
            {
                _run = null;
            }
        }
    }

    private bool IsFresh(ExecCredentialStatus status) => status.Expiration is null || status.Expiration - s_leeway > _timeProvider.GetUtcNow();
}
