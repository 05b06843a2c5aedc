namespace KafkaMesh.Playground.ApiServer.Patching;

/// <summary>A JSON Patch that cannot be applied; the message is the one that the server prints for webhooks.</summary>
internal sealed class JsonPatchException(string message) : Exception(message);
