namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Nobody in particular.</summary>
public sealed class AnonymousCredential : ICredentialSource
{
    private static readonly Credential s_nobody = new();

    private AnonymousCredential()
    {
    }

    /// <summary>The only one.</summary>
    public static AnonymousCredential Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(s_nobody);

    /// <inheritdoc/>
    public bool Invalidate(Credential refused) => false;
}
