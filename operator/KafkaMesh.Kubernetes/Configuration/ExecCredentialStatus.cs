namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>What a credential plug-in returned.</summary>
/// <param name="Credential">Bearer token, client certificate, or both.</param>
/// <param name="Expiration">End of both; null: they last.</param>
internal sealed record ExecCredentialStatus(Credential Credential, DateTimeOffset? Expiration);
