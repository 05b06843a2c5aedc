namespace KafkaMesh.Kubernetes.Tests.Infrastructure;

/// <summary>One request as the server got it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path.</param>
/// <param name="Query">Query parameters.</param>
/// <param name="Headers">Headers.</param>
/// <param name="Body">Body as text.</param>
/// <param name="Protocol">HTTP version.</param>
internal sealed record ReceivedRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body, string Protocol)
{
    public bool IsWatch => Query.ContainsKey("watch");

    public bool IsList => Method == "GET" && !IsWatch;
}
