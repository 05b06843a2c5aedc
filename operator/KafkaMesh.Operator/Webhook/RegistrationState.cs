namespace KafkaMesh.Operator.Webhook;

/// <summary>What the stored webhook registration says of a monitor.</summary>
internal enum RegistrationState
{
    /// <summary>Nothing: the API server does not call the webhook for its pods.</summary>
    Missing,

    /// <summary>Its pods are admitted through the webhook with the failure policy that it asks for.</summary>
    Registered,

    /// <summary>As registered, but with failurePolicy Ignore although it asks for Fail: it shares an entry with other monitors.</summary>
    FailurePolicyIgnored,
}
