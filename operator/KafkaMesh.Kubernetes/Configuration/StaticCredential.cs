using System.Net.Http.Headers;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>A credential that does not change: bearer token, user and password, client certificate.</summary>
/// <param name="credential">The credential.</param>
public sealed class StaticCredential(Credential credential) : ICredentialSource
{
    /// <summary>A bearer token.</summary>
    /// <param name="token">The token.</param>
    public static StaticCredential Bearer(string token) => new(new Credential(new AuthenticationHeaderValue("Bearer", token)));

    /// <inheritdoc/>
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);

    /// <inheritdoc/>
    public bool Invalidate(Credential refused) => false;
}
