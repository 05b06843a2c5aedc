namespace KafkaMesh.Playground.Network;

/// <summary>A tool of the machine failed; the message is one sentence for the person at the terminal.</summary>
internal sealed class HostCommandException(string message, Exception? inner = null) : Exception(message, inner);
