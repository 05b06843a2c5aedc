namespace KafkaMesh.Operator.Hosting;

/// <summary>A server could not be started; the message names port, setting and reason in one line.</summary>
internal sealed class ListenException(string message, Exception inner) : Exception(message, inner);
