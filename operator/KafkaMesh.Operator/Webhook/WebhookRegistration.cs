namespace KafkaMesh.Operator.Webhook;

/// <summary>What every entry of the webhook registration has in common.</summary>
/// <param name="Protected">Namespaces without entries, the operator's own among them.</param>
/// <param name="Service">Name of the operator's Service.</param>
/// <param name="CaBundlePem">Certificates that the API server shall trust.</param>
/// <param name="MatchConditions">Whether the API server evaluates matchConditions (Kubernetes 1.30).</param>
internal sealed record WebhookRegistration(ProtectedNamespaces Protected, string Service, string CaBundlePem, bool MatchConditions);
