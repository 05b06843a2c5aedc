using System.Net.Http.Headers;
using System.Net.Security;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Who we are in one request. Two requests with the same instance are the same caller.</summary>
/// <param name="Authorization">Value of the Authorization header; null when there is none.</param>
/// <param name="ClientCertificate">Client certificate with its private key and the intermediates to show with it; null when there is none.</param>
public sealed record Credential(AuthenticationHeaderValue? Authorization = null, SslStreamCertificateContext? ClientCertificate = null);
