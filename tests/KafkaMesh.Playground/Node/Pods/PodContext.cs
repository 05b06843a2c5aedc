using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>What the containers of one pod share.</summary>
internal sealed class PodContext
{
    public required NodeServices Services { get; init; }

    /// <summary>The pod with its addresses in the status; what the downward API shows.</summary>
    public required JsonObject Pod { get; init; }

    public required PodNetwork Network { get; init; }

    public required PodVolumes Volumes { get; init; }

    /// <summary>Directory of the files that the node puts into containers: hosts, resolv.conf, termination messages.</summary>
    public required string Directory { get; init; }

    /// <summary>Short and unique on the node.</summary>
    public required string Id { get; init; }

    /// <summary>Tells that a container's state changed, so that the status is written.</summary>
    public required Action Changed { get; init; }

    public string HostName => PodFiles.HostName(Pod);

    public IClusterClient Client => Services.Client;

    public ImageStore Images => Services.Images;

    public IContainerRuntime Runtime => Services.Runtime;

    public TimeProvider Time => Services.Time;

    public Task RecordAsync(string type, string reason, string message, string? fieldPath = null) => Services.Events.RecordAsync(Pod, type, reason, message, fieldPath);
}
