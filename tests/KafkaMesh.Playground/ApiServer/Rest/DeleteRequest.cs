namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>DeleteOptions of meta/v1 in typed form.</summary>
internal sealed record DeleteRequest
{
    /// <summary>Seconds that a pod gets to end; null for its own default, 0 removes at once.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Background, Foreground or Orphan; null for the kind's default (Background).</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>The uid that the object must have, or null.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>The resourceVersion that the object must have, or null.</summary>
    public string? PreconditionResourceVersion { get; init; }
}
