namespace KafkaMesh.Operator.Webhook;

/// <summary>What the stored webhook registration says of a monitor.</summary>
internal enum RegistrationState
{
    /// <summary>Nothing, or not what it should: pods may start without the webhook.</summary>
    Missing,

    /// <summary>As it should be, but since a moment only: API servers that have not heard of it yet admit pods without the webhook.</summary>
    Settling,

    /// <summary>Its pods are admitted through the webhook with the failure policy that it asks for.</summary>
    Registered,

    /// <summary>As registered, but with failurePolicy Ignore although it asks for Fail: it shares an entry with other monitors.</summary>
    FailurePolicyIgnored,
}
