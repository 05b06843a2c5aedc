using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A credential that does not change: bearer token, user and password, client certificate.</summary>
/// <param name="authorization">Authorization header, or null.</param>
/// <param name="clientCertificate">Client certificate with its private key, or null.</param>
public sealed class StaticCredential(AuthenticationHeaderValue? authorization, X509Certificate2? clientCertificate = null) : ICredentialSource
{
    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate { get; } = clientCertificate;

    /// <summary>A bearer token.</summary>
    /// <param name="token">The token.</param>
    public static StaticCredential Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token));

    /// <inheritdoc/>
    public ValueTask<AuthenticationHeaderValue?> GetAuthorizationAsync(CancellationToken cancellationToken) => new(authorization);

    /// <inheritdoc/>
    public bool Invalidate() => false;
}
