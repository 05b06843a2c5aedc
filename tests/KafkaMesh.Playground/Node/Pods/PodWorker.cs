using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.Network;
using Serilog;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>
/// The life of one pod on the node:
/// <code>
/// network, volumes ─▶ init containers and sidecars, in order ─▶ app containers ─▶ all ended, or deletion
///                                                                     ─▶ stop apps ─▶ stop sidecars, last first ─▶ clean up
/// </code>
/// </summary>
internal sealed class PodWorker : IDisposable
{
    private const string UnsupportedReason = "UnsupportedPodFeature";
    private static readonly TimeSpan SandboxRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MountRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VolumeRefresh = TimeSpan.FromSeconds(60);
    private readonly NodeServices services;
    private readonly string id;
    private readonly JsonObject pod;
    private readonly string directory;
    private readonly CancellationTokenSource deletion = new();
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly List<Task<bool>> running = [];
    private List<ContainerWorker> containers = [];
    private PodNetwork? network;
    private PodVolumes? volumes;
    private bool initialized;
    private bool finished;
    private string? verdict;
    private string? refusal;
    private TimeSpan grace;

    public PodWorker(NodeServices services, JsonObject pod, int number)
    {
        this.services = services;
        this.pod = (JsonObject)pod.DeepClone();
        id = string.Create(CultureInfo.InvariantCulture, $"p{number}");
        directory = Path.Combine(services.Instance.StateDirectory, "pods", id);
    }

    public string Uid => pod.Uid();

    /// <summary>The pod's network while it has one.</summary>
    public PodNetwork? Network
    {
        get { lock (gate) return network; }
    }

    /// <summary>A container by name, or null.</summary>
    public ContainerWorker? Container(string name)
    {
        lock (gate) return containers.FirstOrDefault(c => c.Status.Name == name);
    }

    /// <summary>Begins the deletion; a second call may shorten the grace period only through its own deletion request, so it is ignored.</summary>
    public void Delete(TimeSpan gracePeriod)
    {
        lock (gate)
        {
            if (deletion.IsCancellationRequested) return;
            grace = gracePeriod;
        }
        deletion.Cancel();
    }

    /// <summary>Runs the pod to the end of its deletion.</summary>
    public async Task RunAsync()
    {
        using var done = new CancellationTokenSource();
        var writing = WriteStatusesAsync(done.Token);
        while (!await TryLiveAsync() && await SleepAsync(SandboxRetry, deletion.Token))
        {
            Log.Debug("Pod {Namespace}/{Name} is tried again", pod.Namespace(), pod.Name());
        }
        await StopContainersAsync();
        finished = true;
        Changed();
        await CleanUpNetworkAsync();
        await WaitForDeletionAsync();
        await done.CancelAsync();
        await writing;
        await RemoveAsync();
    }

    public void Dispose() => deletion.Dispose();

    /// <summary>Lives the pod's life; false when the node could not give it what it needs, after everything was taken back.</summary>
    private async Task<bool> TryLiveAsync()
    {
        try
        {
            if (await RefuseAsync()) return true;
            await LiveAsync();
            return true;
        }
        catch (Exception e) when (e is HostCommandException or IOException or InvalidOperationException or Launch.LaunchException)
        {
            Log.Warning("Pod {Namespace}/{Name} cannot run: {Error}", pod.Namespace(), pod.Name(), e.Message);
            await services.Events.RecordAsync(pod, "Warning", "FailedCreatePodSandBox", "Failed to create pod sandbox: " + e.Message);
            await StopContainersAsync();
            running.Clear();
            await CleanUpNetworkAsync();
            return false;
        }
    }

    /// <summary>True for a pod that this node cannot run as it is written: it fails at once, as one that a kubelet does not admit.</summary>
    private async Task<bool> RefuseAsync()
    {
        if (UnsupportedFields.Find(pod) is not { } sentence) return false;
        (refusal, verdict) = (sentence, "Failed");
        await services.Events.RecordAsync(pod, "Warning", UnsupportedReason, sentence);
        return true;
    }

    private async Task LiveAsync()
    {
        Directory.CreateDirectory(directory);
        var added = await services.Network.AddPodAsync();
        lock (gate) network = added;
        PodStatusBuilder.Update((JsonObject)(pod["status"] ??= new JsonObject()), pod, Snapshot(), services.Time.GetUtcNow());
        PodFiles.Write(directory, pod, added);
        volumes = new PodVolumes(Path.Combine(directory, "volumes"), new VolumeContent(services.Client, services.Tokens, pod), pod);
        CreateContainers(added);
        Changed();
        if (!await PrepareVolumesAsync()) return;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deletion.Token);
        var refreshing = RefreshVolumesAsync(ended.Token);
        try
        {
            if (await InitializeAsync()) await RunAppsAsync();
        }
        finally
        {
            await ended.CancelAsync();
            await refreshing;
        }
    }

    private void CreateContainers(PodNetwork added)
    {
        var context = new PodContext { Services = services, Pod = pod, Network = added, Volumes = volumes!, Directory = directory, Id = id, Changed = Changed };
        var all = pod.Objects("spec", "initContainers")
            .Select(c => new ContainerWorker(context, c, c.Text("restartPolicy") == "Always" ? ContainerRole.Sidecar : ContainerRole.Init))
            .Concat(pod.Objects("spec", "containers").Select(c => new ContainerWorker(context, c, ContainerRole.App))).ToList();
        lock (gate) containers = all;
    }

    /// <summary>Retries until every object that a volume needs exists; false when the pod is deleted before.</summary>
    private async Task<bool> PrepareVolumesAsync()
    {
        while (!deletion.IsCancellationRequested)
        {
            try
            {
                await volumes!.PrepareAsync(deletion.Token);
                return true;
            }
            catch (ContainerConfigurationException e)
            {
                foreach (var container in containers) container.Status.SetWaiting("ContainerCreating");
                await services.Events.RecordAsync(pod, "Warning", e.Reason, $"MountVolume.SetUp failed: {e.Message}");
                if (!await SleepAsync(MountRetry, deletion.Token)) return false;
            }
            catch (OperationCanceledException) when (deletion.IsCancellationRequested)
            {
                return false;
            }
        }
        return false;
    }

    private async Task RefreshVolumesAsync(CancellationToken ended)
    {
        while (await SleepAsync(VolumeRefresh, ended))
        {
            try
            {
                await volumes!.RefreshAsync(ended);
            }
            catch (ContainerConfigurationException e)
            {
                Log.Debug("Pod {Namespace}/{Name}: volumes keep their content: {Error}", pod.Namespace(), pod.Name(), e.Message);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Init containers one after the other, sidecars as soon as they have started; false when one failed for good or the pod is deleted.</summary>
    private async Task<bool> InitializeAsync()
    {
        foreach (var container in containers.Where(c => c.Role != ContainerRole.App))
        {
            if (deletion.IsCancellationRequested) return false;
            if (container.Role == ContainerRole.Sidecar)
            {
                running.Add(container.RunAsync("Always"));
                if (!await HappensAsync(container.Started)) return false;
            }
            else if (!await RunInitAsync(container))
            {
                if (!deletion.IsCancellationRequested) verdict = "Failed";
                return false;
            }
        }
        initialized = true;
        Changed();
        return !deletion.IsCancellationRequested;
    }

    private async Task<bool> RunInitAsync(ContainerWorker container)
    {
        var run = container.RunAsync(pod.Text("spec", "restartPolicy") == "Never" ? "Never" : "OnFailure");
        running.Add(run);
        return await HappensAsync(run) && await run;
    }

    /// <summary>One after the other, as a kubelet does: each when the postStart hook of the one before has ended, well or not.</summary>
    private async Task RunAppsAsync()
    {
        var policy = pod.Text("spec", "restartPolicy") ?? "Always";
        var apps = new List<Task<bool>>();
        foreach (var container in containers.Where(c => c.Role == ContainerRole.App))
        {
            apps.Add(container.RunAsync(policy));
            running.Add(apps[^1]);
            if (!await HappensAsync(container.Attempted)) return;
        }
        var all = Task.WhenAll(apps);
        if (await HappensAsync(all)) verdict = (await all).All(success => success) ? "Succeeded" : "Failed";
    }

    /// <summary>Waits for a task or the deletion, whichever comes first; true for the task.</summary>
    private async Task<bool> HappensAsync(Task task)
    {
        var deleted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = deletion.Token.Register(() => deleted.TrySetResult());
        return await Task.WhenAny(task, deleted.Task) == task;
    }

    /// <summary>Apps first and together, then the sidecars in the reverse of their order, all within one grace period.</summary>
    private async Task StopContainersAsync()
    {
        var allowed = deletion.IsCancellationRequested ? grace : TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);
        var deadline = services.Time.GetUtcNow() + allowed;
        await Task.WhenAll(containers.Where(c => c.Role != ContainerRole.Sidecar).Select(c => c.StopAsync(allowed)));
        foreach (var sidecar in containers.Where(c => c.Role == ContainerRole.Sidecar).Reverse())
        {
            var left = deadline - services.Time.GetUtcNow();
            await sidecar.StopAsync(left > TimeSpan.FromSeconds(2) ? left : TimeSpan.FromSeconds(2)); // a kubelet grants at least two seconds
        }
        await Task.WhenAll(running);
    }

    private async Task WaitForDeletionAsync()
    {
        var deleted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = deletion.Token.Register(() => deleted.TrySetResult());
        await deleted.Task;
    }

    private async Task CleanUpNetworkAsync()
    {
        PodNetwork? old;
        lock (gate) (old, network) = (network, null);
        if (old is not null) await services.Network.RemovePodAsync(old);
    }

    private async Task RemoveAsync()
    {
        volumes?.Remove();
        foreach (var container in containers) container.Dispose();
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        var request = new DeleteRequest { GracePeriodSeconds = 0, PreconditionUid = Uid };
        try
        {
            await services.Client.DeleteAsync("v1", "Pod", pod.Namespace(), pod.Name(), request, CancellationToken.None);
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            Log.Debug("Pod {Namespace}/{Name} was gone or replaced already: {Error}", pod.Namespace(), pod.Name(), e.Message);
        }
    }

    private void Changed() => changes.Writer.TryWrite(true);

    private PodSnapshot Snapshot()
    {
        lock (gate)
        {
            var phase = finished && verdict is not null ? verdict
                : finished ? (containers.All(c => c.Role != ContainerRole.App || c.Status.ExitCode == 0) ? "Succeeded" : "Failed")
                : initialized && containers.Any(c => c.Role == ContainerRole.App && (c.Status.IsRunning || c.Status.ExitCode is not null || c.Status.RestartCount > 0)) ? "Running" : "Pending";
            return new PodSnapshot(phase, initialized, network, [.. containers.Select(c => (c.Role, c.Status))],
                refusal is null ? null : UnsupportedReason, refusal);
        }
    }

    /// <summary>Writes the status after every change, several changes together; the last one is always written.</summary>
    private async Task WriteStatusesAsync(CancellationToken done)
    {
        try
        {
            while (await changes.Reader.WaitToReadAsync(done))
            {
                while (changes.Reader.TryRead(out _)) await WriteStatusAsync();
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            await WriteStatusAsync();
        }
    }

    private async Task WriteStatusAsync()
    {
        try
        {
            await services.Client.ModifyAsync("v1", "Pod", pod.Namespace(), pod.Name(), "status", current =>
            {
                if (current.Uid() != Uid) return false;
                PodStatusBuilder.Update((JsonObject)(current["status"] ??= new JsonObject()), current, Snapshot(), services.Time.GetUtcNow());
                return true;
            }, CancellationToken.None);
        }
        catch (ApiException e)
        {
            Log.Warning("The status of pod {Namespace}/{Name} was not written: {Error}", pod.Namespace(), pod.Name(), e.Message);
        }
    }

    private async Task<bool> SleepAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, services.Time, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
