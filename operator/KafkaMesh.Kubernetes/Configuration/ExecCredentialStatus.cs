using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>What a credential plug-in returned.</summary>
/// <param name="Authorization">Bearer token, or null.</param>
/// <param name="ClientCertificate">Client certificate, or null.</param>
/// <param name="Expiration">End of both; null: they last.</param>
internal sealed record ExecCredentialStatus(AuthenticationHeaderValue? Authorization, X509Certificate2? ClientCertificate, DateTimeOffset? Expiration);
