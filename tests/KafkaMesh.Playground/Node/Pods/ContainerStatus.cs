using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>The state of one container as its pod's status shows it (core/v1 ContainerStatus). Thread-safe.</summary>
internal sealed class ContainerStatus(JsonObject container, Action changed)
{
    private readonly Lock gate = new();
    private JsonObject state = new() { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } };
    private JsonObject lastState = [];
    private string imageId = "";
    private string containerId = "";
    private long restartCount;
    private bool ready;
    private bool started;

    public string Name { get; } = container.Text("name") ?? "";

    public bool IsReady
    {
        get { lock (gate) return ready; }
    }

    public bool IsRunning
    {
        get { lock (gate) return state.ContainsKey("running"); }
    }

    /// <summary>The exit code when the container has ended, else null.</summary>
    public long? ExitCode
    {
        get { lock (gate) return state.Number("terminated", "exitCode"); }
    }

    /// <summary>The reason of the waiting state, or null.</summary>
    public string? WaitingReason
    {
        get { lock (gate) return state.Text("waiting", "reason"); }
    }

    public long RestartCount
    {
        get { lock (gate) return restartCount; }
    }

    public void SetWaiting(string reason, string? message = null) => Change(() =>
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message is not null) waiting["message"] = message;
        if (state.ContainsKey("terminated")) lastState = state;
        state = new JsonObject { ["waiting"] = waiting };
    });

    public void SetRunning(string id, string image, DateTimeOffset at, bool isStarted, bool isReady) => Change(() =>
    {
        if (state.ContainsKey("terminated")) lastState = state;
        state = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = JsonAccess.Stamp(at) } };
        (containerId, imageId, started, ready) = (id, image, isStarted, isReady);
    });

    public void SetTerminated(JsonObject terminated, bool isReady) => Change(() =>
    {
        state = new JsonObject { ["terminated"] = terminated };
        (started, ready) = (false, isReady);
    });

    public void SetStarted() => Change(() => started = true);

    public void SetReady(bool value) => Change(() => ready = value && state.ContainsKey("running"));

    public void CountRestart() => Change(() => restartCount++);

    public JsonObject ToJson()
    {
        lock (gate)
        {
            var status = new JsonObject
            {
                ["name"] = Name,
                ["state"] = state.DeepClone(),
                ["lastState"] = lastState.DeepClone(),
                ["ready"] = ready,
                ["restartCount"] = restartCount,
                ["image"] = container.Text("image"),
                ["imageID"] = imageId,
            };
            if (containerId.Length > 0) status["containerID"] = containerId;
            status["started"] = started;
            return status;
        }
    }

    private void Change(Action change)
    {
        lock (gate) change();
        changed();
    }
}
