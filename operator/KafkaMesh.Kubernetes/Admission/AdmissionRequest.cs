using System.Text.Json.Nodes;

namespace KafkaMesh.Kubernetes.Admission;

/// <summary>One object on its way into the cluster. Objects are raw JSON: unknown fields survive.</summary>
public sealed record AdmissionRequest
{
    /// <summary>Identity of the call; the answer repeats it.</summary>
    public string? Uid { get; init; }

    /// <summary>Kind of <see cref="Object"/>.</summary>
    public GroupVersionKind? Kind { get; init; }

    /// <summary>Resource of <see cref="Object"/>.</summary>
    public GroupVersionResource? Resource { get; init; }

    /// <summary>Subresource, <c>ephemeralcontainers</c> for example.</summary>
    public string? SubResource { get; init; }

    /// <summary>Name; absent when the server is going to generate one.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace of the request; the object itself may lack it.</summary>
    public string? Namespace { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string? Operation { get; init; }

    /// <summary>Who asks; for a Deployment's pods that is the ReplicaSet controller.</summary>
    public JsonObject? UserInfo { get; init; }

    /// <summary>The new object; null on DELETE.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>The old object on UPDATE and DELETE.</summary>
    public JsonObject? OldObject { get; init; }

    /// <summary>True: nothing will be stored, so nothing may be done beyond answering.</summary>
    public bool? DryRun { get; init; }

    /// <summary>CreateOptions, UpdateOptions or DeleteOptions.</summary>
    public JsonObject? Options { get; init; }
}
