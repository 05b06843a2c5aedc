namespace KafkaMesh.Playground.ApiServer.Rest.Selection;

/// <summary>A selector cannot be read; the message has the words of a real server.</summary>
internal sealed class SelectorSyntaxException(string message) : Exception(message);
