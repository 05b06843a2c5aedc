using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Nobody in particular.</summary>
public sealed class AnonymousCredential : ICredentialSource
{
    private AnonymousCredential()
    {
    }

    /// <summary>The only one.</summary>
    public static AnonymousCredential Instance { get; } = new();

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate => null;

    /// <inheritdoc/>
    public ValueTask<AuthenticationHeaderValue?> GetAuthorizationAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public bool Invalidate() => false;
}
