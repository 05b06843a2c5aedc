namespace KafkaMesh.Operator.Admission.Monitors;

/// <summary>What a pod and its namespace say about injection; the pod's word goes before the namespace's.</summary>
internal enum OptIn
{
    /// <summary>Neither says anything.</summary>
    Silent,

    /// <summary><c>kafkamesh.io/inject: enabled</c>.</summary>
    Enabled,

    /// <summary><c>kafkamesh.io/inject: disabled</c>.</summary>
    Disabled,
}
