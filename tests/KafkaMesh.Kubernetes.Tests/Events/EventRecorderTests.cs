using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Events;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Events;

/// <summary>Events reach the server, few and counted.</summary>
public sealed class EventRecorderTests
{
    private static readonly V1ObjectReference s_monitor = new() { ApiVersion = "kafkamesh.io/v1alpha1", Kind = "KafkaMonitor", Namespace = "demo", Name = "orders", Uid = "u1" };

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Record_SameEventThreeTimes_IsOneEventThatCounts()
    {
        await using var server = await FaultyApiServer.StartAsync(EchoAsync);

        await SendAsync(server, recorder =>
        {
            for (var time = 0; time < 3; time++)
            {
                recorder.Record(s_monitor, EventType.Warning, "Unreachable", "2 sidecars do not answer");
            }
        });

        Assert.Equal(["POST", "PATCH", "PATCH"], server.Requests.Select(request => request.Method));
        var created = JsonNode.Parse(server.Requests[0].Body)!;
        Assert.Equal("/api/v1/namespaces/demo/events", server.Requests[0].Path);
        Assert.Equal(("Warning", "Unreachable", "orders"), ((string?)created["type"], (string?)created["reason"], (string?)created["involvedObject"]!["name"]));
        Assert.Equal([2, 3], server.Requests.Skip(1).Select(request => (int)JsonNode.Parse(request.Body)!["count"]!));
    }

    [Fact]
    public async Task Record_ClusterScopedObject_GoesToTheDefaultNamespace()
    {
        await using var server = await FaultyApiServer.StartAsync(EchoAsync);

        await SendAsync(server, recorder => recorder.Record(new V1ObjectReference { Kind = "Node", Name = "n" }, EventType.Normal, "Seen", "x"));

        Assert.Equal("/api/v1/namespaces/default/events", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Record_FloodAboutOneObject_IsCutAtTheBurstAndCombined()
    {
        await using var server = await FaultyApiServer.StartAsync(EchoAsync);

        var dropped = await SendAsync(server, recorder =>
        {
            for (var number = 0; number < 100; number++)
            {
                recorder.Record(s_monitor, EventType.Warning, "Failed", $"failure {number}");
            }
        });

        Assert.Equal(75, dropped);
        Assert.Equal(25, server.Requests.Count);
        Assert.Equal(11, server.Requests.Count(request => request.Method == "POST"));
        Assert.StartsWith("(combined from similar events): ", (string)JsonNode.Parse(server.Requests[^1].Body)!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_EventThatTheServerForgot_IsCreatedAgain()
    {
        await using var server = await FaultyApiServer.StartAsync((request, context) => request.Method == "PATCH"
            ? Answers.StatusAsync(context, 404, "NotFound", "gone")
            : EchoAsync(request, context));

        await SendAsync(server, recorder =>
        {
            recorder.Record(s_monitor, EventType.Normal, "Ready", "all pods report");
            recorder.Record(s_monitor, EventType.Normal, "Ready", "all pods report");
        });

        Assert.Equal(["POST", "PATCH", "POST"], server.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task Record_LongMessage_IsCutAt1024Bytes()
    {
        await using var server = await FaultyApiServer.StartAsync(EchoAsync);

        await SendAsync(server, recorder => recorder.Record(s_monitor, EventType.Normal, "Long", new string('é', 2000)));

        var message = (string)JsonNode.Parse(server.Requests[0].Body)!["message"]!;
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 1020, 1024);
        Assert.EndsWith("…", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_StoppedWhileTheServerIsSilent_GivesUpAfterTwoSecondsOfItsClock()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await FaultyApiServer.StartAsync((_, context) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        using var client = new KubernetesClient(server.Configuration());
        var recorder = new EventRecorder(client, "test", "pod-1", TestLog.None, _clock);
        recorder.Record(s_monitor, EventType.Normal, "Ready", "all pods report");
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        var running = recorder.RunAsync(stopped.Token);
        await asked.Task;
        Assert.False(running.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await running;

        Assert.Equal(1, recorder.Dropped);
    }

    [Fact]
    public void Record_NobodySends_NeitherBlocksNorGrows()
    {
        using var client = new KubernetesClient(new() { Host = new Uri("https://127.0.0.1:1/") });
        var recorder = new EventRecorder(client, "test", "pod-1", TestLog.None, _clock);
        for (var number = 0; number < 5000; number++)
        {
            recorder.Record(s_monitor, EventType.Normal, "Flood", "x");
        }

        Assert.Equal(4000, recorder.Dropped);
    }

    private static Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        var body = JsonNode.Parse(request.Body)!.AsObject();
        body["metadata"] ??= new JsonObject { ["name"] = request.Path.Split('/')[^1] };
        return Answers.JsonAsync(context, 200, body);
    }

    // Records, lets everything be sent, and returns how many were dropped.
    private async Task<long> SendAsync(FaultyApiServer server, Action<IEventRecorder> record)
    {
        using var client = new KubernetesClient(server.Configuration());
        var recorder = new EventRecorder(client, "test", "pod-1", TestLog.None, _clock);
        record(recorder);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await recorder.RunAsync(stopped.Token); // drains what is pending
        return recorder.Dropped;
    }
}
