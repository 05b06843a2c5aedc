using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Says who we are to the API server, afresh for every request.</summary>
public interface ICredentialSource
{
    /// <summary>Client certificate for new connections; null when there is none.</summary>
    X509Certificate2? ClientCertificate { get; }

    /// <summary>Value of the Authorization header; null when there is none.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<AuthenticationHeaderValue?> GetAuthorizationAsync(CancellationToken cancellationToken);

    /// <summary>The server answered 401: whatever is cached must be got anew.</summary>
    /// <returns>True when another attempt can give another answer.</returns>
    bool Invalidate();
}
