namespace KafkaMesh.Operator.Webhook;

/// <summary>What every entry of the webhook registration has in common.</summary>
/// <param name="OwnNamespace">Namespace of the operator.</param>
/// <param name="Service">Name of the operator's Service.</param>
/// <param name="CaBundlePem">Certificates that the API server shall trust.</param>
/// <param name="MatchConditions">Whether the API server evaluates matchConditions (Kubernetes 1.30).</param>
internal sealed record WebhookRegistration(string OwnNamespace, string Service, string CaBundlePem, bool MatchConditions);
