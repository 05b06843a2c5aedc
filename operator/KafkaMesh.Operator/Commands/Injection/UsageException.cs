namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>A flag is wrong; the message is one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);
