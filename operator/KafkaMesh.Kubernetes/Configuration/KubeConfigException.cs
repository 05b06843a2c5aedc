namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>The configuration for the API server cannot be used; the message says what, where and what to do.</summary>
/// <param name="message">One sentence.</param>
/// <param name="innerException">Cause.</param>
public sealed class KubeConfigException(string message, Exception? innerException = null) : Exception(message, innerException);
