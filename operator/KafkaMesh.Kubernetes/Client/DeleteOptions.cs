using System.Text.Json.Nodes;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>How an object is deleted.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only this incarnation; 409 otherwise.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Delete only this state; 409 otherwise.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>Background, Foreground or Orphan; null: the kind's default.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Seconds that a pod gets to stop.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>The body of the request.</summary>
    internal JsonObject ToJson()
    {
        var preconditions = new JsonObject();
        AddUnlessNull(preconditions, "uid", PreconditionUid);
        AddUnlessNull(preconditions, "resourceVersion", PreconditionResourceVersion);
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        AddUnlessNull(body, "preconditions", preconditions.Count == 0 ? null : preconditions);
        AddUnlessNull(body, "propagationPolicy", PropagationPolicy);
        AddUnlessNull(body, "gracePeriodSeconds", GracePeriodSeconds);
        return body;
    }

    private static void AddUnlessNull(JsonObject target, string name, JsonNode? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }
}
