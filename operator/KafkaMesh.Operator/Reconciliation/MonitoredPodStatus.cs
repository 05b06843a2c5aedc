using System.Text.Json.Nodes;

namespace KafkaMesh.Operator.Reconciliation;

/// <summary>The few fields of a pod's status that the controller keeps.</summary>
internal sealed record MonitoredPodStatus
{
    private static readonly EqualObjects<IReadOnlyList<MonitoredPodCondition>> SharedConditions = new(new EqualLists<MonitoredPodCondition>());
    private static readonly EqualObjects<IReadOnlyList<MonitoredContainer>> SharedContainers = new(new EqualLists<MonitoredContainer>());

    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; init; }

    /// <summary>Address of the pod; absent until it has a sandbox.</summary>
    public string? PodIP { get; init; }

    /// <summary>Conditions, of which Ready matters.</summary>
    public IReadOnlyList<MonitoredPodCondition>? Conditions { get; init => field = value is null ? null : SharedConditions.Share(value); }

    /// <summary>State of the ordinary containers.</summary>
    public IReadOnlyList<MonitoredContainer>? ContainerStatuses { get; init => field = value is null ? null : SharedContainers.Share(value); }
}

/// <summary>A condition of a pod.</summary>
/// <param name="Type">Ready and others.</param>
/// <param name="Status">True, False or Unknown.</param>
internal sealed record MonitoredPodCondition(string? Type, string? Status);

/// <summary>State of one container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">waiting, running or terminated.</param>
internal sealed record MonitoredContainer(string? Name, MonitoredContainerState? State);

/// <summary>What a container is doing.</summary>
/// <param name="Terminated">Present when it has ended.</param>
internal sealed record MonitoredContainerState(JsonObject? Terminated);
