namespace KafkaMesh.Playground.ApiServer.Schema;

/// <summary>A value that does not fit the Go type of its field; the message is Go's.</summary>
internal sealed class GoDecodingException(string message) : Exception(message);
