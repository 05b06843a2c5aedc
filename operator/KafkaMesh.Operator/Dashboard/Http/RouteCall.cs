using KafkaMesh.Kubernetes.Entities;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Dashboard.Http;

/// <summary>One request of an operation.</summary>
/// <param name="Context">The request.</param>
/// <param name="Names">Names in its path.</param>
/// <param name="Stopping">The operator stops: streams end.</param>
internal sealed record RouteCall(HttpContext Context, IReadOnlyDictionary<string, string> Names, CancellationToken Stopping)
{
    /// <summary>The namespace in the path.</summary>
    public string Namespace => Names["namespace"];

    /// <summary>The monitor in the path.</summary>
    public NamespacedName Monitor => new(Namespace, Names["monitor"]);

    /// <summary>The pod in the path.</summary>
    public string Pod => Names["pod"];

    /// <summary>Ends when the caller is gone.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>The query.</summary>
    /// <param name="known">Parameters of the operation.</param>
    public RequestQuery Query(params IReadOnlyList<string> known) => new(Context.Request.Query, known);
}
