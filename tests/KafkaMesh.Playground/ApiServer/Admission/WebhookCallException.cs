namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>A webhook could not be asked or gave no usable answer; failurePolicy decides what that means. The message is the server's.</summary>
internal sealed class WebhookCallException(string message, Exception? inner = null) : Exception(message, inner);
