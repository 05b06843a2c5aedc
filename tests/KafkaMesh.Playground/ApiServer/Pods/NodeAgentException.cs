namespace KafkaMesh.Playground.ApiServer.Pods;

/// <summary>The node agent refused or failed; the API server shows the sentence with the HTTP status.</summary>
internal sealed class NodeAgentException(int statusCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>HTTP status code for the client: 400 for a bad request, 404 for an unknown container, 500 otherwise.</summary>
    public int StatusCode { get; } = statusCode;
}
