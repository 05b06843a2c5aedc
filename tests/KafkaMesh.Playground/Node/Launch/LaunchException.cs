namespace KafkaMesh.Playground.Node.Launch;

/// <summary>A container could not be started; the message is what its status shows.</summary>
internal sealed class LaunchException(string message) : Exception(message);
