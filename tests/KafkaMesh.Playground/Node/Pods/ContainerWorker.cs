using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.Node.Launch;
using KafkaMesh.Playground.Node.Logs;
using KafkaMesh.Playground.Node.Probes;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Node.Pods;

/// <summary>Keeps one container of a pod running as its restart policy says: start, probe, wait, restart with a growing pause; and stops it.</summary>
internal sealed class ContainerWorker : IDisposable
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2); // as a kubelet grants it, also when the preStop hook took all there was
    private static readonly TimeSpan HealthyAfter = TimeSpan.FromMinutes(10);
    private readonly PodContext pod;
    private readonly JsonObject container;
    private readonly string fieldPath;
    private readonly TaskCompletionSource startedOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource attemptedOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim starting = new(1); // held while a process starts: a stop meanwhile waits for it and then ends it
    private readonly Lock gate = new();
    private ContainerRun? current;
    private int attempt;
    private int failures;

    public ContainerWorker(PodContext pod, JsonObject container, ContainerRole role)
    {
        this.pod = pod;
        this.container = container;
        Role = role;
        Status = new ContainerStatus(container, pod.Changed);
        fieldPath = $"spec.{(role == ContainerRole.App ? "containers" : "initContainers")}{{{Status.Name}}}";
    }

    public ContainerRole Role { get; }

    public ContainerStatus Status { get; }

    /// <summary>The log of the run that goes on or was the last one; null before the first.</summary>
    public ContainerLog? Log { get; private set; }

    /// <summary>The log of the run before that one.</summary>
    public ContainerLog? PreviousLog { get; private set; }

    /// <summary>The running process and its setup, for exec; null when it does not run.</summary>
    public ContainerRun? Current
    {
        get { lock (gate) return current; }
    }

    /// <summary>Completes when the container runs and its startup probe, if it has one, has succeeded.</summary>
    public Task Started => startedOnce.Task;

    /// <summary>Completes when the first attempt to start it is over: its postStart hook has ended, or there is nothing that the hook could be run in.</summary>
    public Task Attempted => attemptedOnce.Task;

    /// <summary>Runs the container until its policy says that it is done, or <see cref="StopAsync"/> ended it; true when its last exit code was 0.</summary>
    public async Task<bool> RunAsync(string restartPolicy)
    {
        while (true)
        {
            var code = await RunOnceAsync();
            attemptedOnce.TrySetResult();
            if (stopping.IsCancellationRequested) return code == 0;
            if (code is not null && restartPolicy != "Always" && (code == 0 || restartPolicy == "Never")) return code == 0;
            if (!await PauseAsync(code)) return code == 0;
            if (code is not null) Status.CountRestart();
        }
    }

    /// <summary>Ends the container: preStop hook, SIGTERM, and SIGKILL when <paramref name="grace"/> is over. A container that does not run only stays down.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await stopping.CancelAsync();
        await starting.WaitAsync();
        starting.Release();
        if (Current is not { } run) return;
        await pod.RecordAsync("Normal", "Killing", $"Stopping container {Status.Name}", fieldPath);
        await EndAsync(run, grace);
    }

    public void Dispose()
    {
        stopping.Dispose();
        starting.Dispose();
    }

    /// <summary>The exit code of one run, or null when the container could not be created.</summary>
    private async Task<long?> RunOnceAsync()
    {
        ContainerRun run;
        await starting.WaitAsync();
        try
        {
            stopping.Token.ThrowIfCancellationRequested();
            run = await StartAsync();
        }
        catch (ContainerConfigurationException e)
        {
            Status.SetWaiting(e.Reason, e.Message);
            await pod.RecordAsync("Warning", "Failed", e.Reason == "ErrImagePull" ? e.Message : $"Error: {e.Message}", fieldPath);
            return null;
        }
        catch (LaunchException e)
        {
            var now = pod.Time.GetUtcNow();
            Status.SetTerminated(Terminated(128, "StartError", now, now, "failed to start container: " + e.Message, ""), isReady: false);
            await pod.RecordAsync("Warning", "Failed", $"Error: failed to start container \"{Status.Name}\": {e.Message}", fieldPath);
            return 128;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            starting.Release();
        }
        return await SuperviseAsync(run);
    }

    private async Task<ContainerRun> StartAsync()
    {
        var (setup, image) = ContainerFactory.Create(pod, container, attempt++);
        await pod.RecordAsync("Normal", "Pulled", $"Container image \"{container.Text("image")}\" already present on machine", fieldPath);
        var process = await pod.Runtime.StartAsync(setup, stopping.Token);
        process.Input.Close();
        (PreviousLog, Log) = (Log, new ContainerLog(pod.Time));
        var run = new ContainerRun(process, setup, Log, pod.Time.GetUtcNow());
        lock (gate) current = run;
        var needsStartup = container.At("startupProbe") is not null;
        var id = $"{pod.Runtime.Name}://{setup.Id}";
        Status.SetRunning(id, image.Id, run.StartedAt, !needsStartup, !needsStartup && container.At("readinessProbe") is null && Role != ContainerRole.Init);
        await pod.RecordAsync("Normal", "Created", $"Container created", fieldPath);
        await pod.RecordAsync("Normal", "Started", $"Container started", fieldPath);
        return run;
    }

    private async Task<long> SuperviseAsync(ContainerRun run)
    {
        using var ended = new CancellationTokenSource();
        var probing = ProbeAsync(run, ended.Token);
        var code = await run.Process.Exit;
        await ended.CancelAsync();
        lock (gate) current = null;
        await run.Captured;
        run.Log.End();
        await probing;
        var reason = run.Process.WasOutOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error";
        Status.SetTerminated(Terminated(code, reason, run.StartedAt, pod.Time.GetUtcNow(), TerminationMessage(code), $"{pod.Runtime.Name}://{run.Setup.Id}"), Role == ContainerRole.Init && code == 0);
        failures = pod.Time.GetUtcNow() - run.StartedAt >= HealthyAfter ? 0 : failures;
        await run.Process.DisposeAsync();
        return code;
    }

    /// <summary>Waits before the next run: at once after the first end, then 10, 20, 40 … seconds. False when the container is to stay down.</summary>
    private async Task<bool> PauseAsync(long? code)
    {
        failures++;
        if (code is not null && failures == 1) return true;
        var pause = TimeSpan.FromTicks(Math.Min(LongestBackoff.Ticks, pod.Services.RestartBackoff.Ticks << Math.Min(failures - 2 + (code is null ? 1 : 0), 10)));
        if (code is not null)
        {
            Status.SetWaiting("CrashLoopBackOff", string.Create(
                CultureInfo.InvariantCulture, $"back-off {pause.TotalSeconds:0}s restarting failed container={Status.Name} pod={pod.Pod.Name()}_{pod.Pod.Namespace()}({pod.Pod.Uid()})"));
            await pod.RecordAsync("Warning", "BackOff", $"Back-off restarting failed container {Status.Name} in pod {pod.Pod.Name()}_{pod.Pod.Namespace()}({pod.Pod.Uid()})", fieldPath);
        }
        else if (Status.WaitingReason == "ErrImagePull")
        {
            await pod.RecordAsync("Normal", "BackOff", $"Back-off pulling image \"{container.Text("image")}\"", fieldPath);
            Status.SetWaiting("ImagePullBackOff", $"Back-off pulling image \"{container.Text("image")}\"");
        }
        try
        {
            await Task.Delay(pause, pod.Time, stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ProbeAsync(ContainerRun run, CancellationToken ended)
    {
        try
        {
            var isHooked = container.At("lifecycle", "postStart") is not { } hook || await RunHookAsync(run, hook, "FailedPostStartHook", null, ended);
            attemptedOnce.TrySetResult();
            if (!isHooked)
            {
                _ = RestartAsync(run, "FailedPostStartHook", PodGrace);
                return;
            }
            if (container.At("startupProbe") is JsonObject startup && !await AwaitStartupAsync(run, startup, ended)) return;
            Status.SetStarted();
            startedOnce.TrySetResult();
            if (container.At("readinessProbe") is null && Role != ContainerRole.Init) Status.SetReady(true);
            await Task.WhenAll(
                container.At("readinessProbe") is JsonObject readiness
                    ? Probe(readiness, run).RunAsync(ok => { Status.SetReady(ok); return true; }, m => UnhealthyAsync(ProbeKind.Readiness, m), ended) : Task.CompletedTask,
                container.At("livenessProbe") is JsonObject liveness
                    ? Probe(liveness, run).RunAsync(ok => ok || Restart(run, ProbeKind.Liveness), m => UnhealthyAsync(ProbeKind.Liveness, m), ended) : Task.CompletedTask);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The container ended; its probes end with it.
        }
    }

    private async Task<bool> AwaitStartupAsync(ContainerRun run, JsonObject startup, CancellationToken ended)
    {
        var succeeded = false;
        await Probe(startup, run).RunAsync(
            ok =>
            {
                succeeded = ok;
                if (!ok) Restart(run, ProbeKind.Startup);
                return false;
            },
            m => UnhealthyAsync(ProbeKind.Startup, m), ended);
        return succeeded;
    }

    private Prober Probe(JsonObject probe, ContainerRun run) => new(probe, Action(run), pod.Time);

    private ProbeAction Action(ContainerRun run) => new(container, pod.Services.Network.Node, pod.Network.Address, (command, token) => run.ExecAsync(pod.Runtime, command, token));

    private Task UnhealthyAsync(ProbeKind kind, string message) => pod.RecordAsync("Warning", "Unhealthy", $"{kind} probe failed: {message}", fieldPath);

    /// <summary>Ends a run that a probe condemned; the supervision then restarts it. Always false: this probe is done.</summary>
    private bool Restart(ContainerRun run, ProbeKind kind)
    {
        var name = kind.ToString().ToLowerInvariant();
        var grace = container.Number(name + "Probe", "terminationGracePeriodSeconds") is { } own ? TimeSpan.FromSeconds(own) : PodGrace;
        _ = RestartAsync(run, $"Container {Status.Name} failed {name} probe, will be restarted", grace);
        return false;
    }

    private TimeSpan PodGrace => TimeSpan.FromSeconds(pod.Pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);

    private async Task RestartAsync(ContainerRun run, string message, TimeSpan grace)
    {
        if (stopping.IsCancellationRequested) return; // The pod is ending: its hook runs once.
        await pod.RecordAsync("Normal", "Killing", message, fieldPath);
        await EndAsync(run, grace);
    }

    private async Task EndAsync(ContainerRun run, TimeSpan grace)
    {
        var deadline = pod.Time.GetUtcNow() + grace;
        if (container.At("lifecycle", "preStop") is { } hook) await RunHookAsync(run, hook, "FailedPreStopHook", deadline - pod.Time.GetUtcNow(), CancellationToken.None);
        run.Process.Signal(15);
        var left = deadline - pod.Time.GetUtcNow();
        if (grace > TimeSpan.Zero && left < LeastGrace) left = LeastGrace;
        using var ended = new CancellationTokenSource();
        var timeout = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, pod.Time, ended.Token);
        if (await Task.WhenAny(run.Process.Exit, timeout) == timeout) run.Process.Signal(9);
        await ended.CancelAsync();
        await run.Process.Exit;
    }

    /// <summary>Runs a hook, for at most <paramref name="limit"/> if there is one; false when it failed, after an event that says why.</summary>
    private async Task<bool> RunHookAsync(ContainerRun run, JsonNode hook, string failure, TimeSpan? limit, CancellationToken ended)
    {
        if (limit < TimeSpan.Zero) limit = TimeSpan.Zero;
        if (hook.Number("sleep", "seconds") is { } seconds)
        {
            var sleep = TimeSpan.FromSeconds(seconds);
            await Task.WhenAny(Task.Delay(limit < sleep ? limit.Value : sleep, pod.Time, ended), run.Process.Exit);
            return true;
        }
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ended);
        if (limit is { } most) timer.CancelAfter(most);
        var result = await Action(run).RunAsync(hook, timer.Token);
        ended.ThrowIfCancellationRequested();
        if (!result.Success) await pod.RecordAsync("Warning", failure, result.Message, fieldPath);
        return result.Success;
    }

    private string TerminationMessage(long code)
    {
        const int most = 4096;
        var file = new FileInfo(ContainerFactory.TerminationMessageFile(pod, container));
        if (file is { Exists: true, Length: > 0 })
        {
            using var reader = file.OpenText();
            var buffer = new char[most];
            return new string(buffer, 0, reader.ReadBlock(buffer, 0, most));
        }
        if (code == 0 || container.Text("terminationMessagePolicy") != "FallbackToLogsOnError" || Log is null) return "";
        var lines = Log.Read(0).Lines.TakeLast(80).Select(line => System.Text.Encoding.UTF8.GetString(line.Text));
        var text = string.Join('\n', lines);
        return text.Length > 2048 ? text[^2048..] : text;
    }

    private static JsonObject Terminated(long code, string reason, DateTimeOffset started, DateTimeOffset finished, string message, string id)
    {
        var terminated = new JsonObject { ["exitCode"] = code, ["reason"] = reason };
        if (message.Length > 0) terminated["message"] = message;
        terminated["startedAt"] = JsonAccess.Stamp(started);
        terminated["finishedAt"] = JsonAccess.Stamp(finished);
        if (id.Length > 0) terminated["containerID"] = id;
        return terminated;
    }
}
