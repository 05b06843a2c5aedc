using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A fresh cluster in the state before a transcript, to which the transcript's requests are sent.</summary>
internal sealed class ReplaySession : IAsyncDisposable
{
    private const string Definition = "kafkamonitors.kafkamesh.io";
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private readonly PlaygroundCluster _cluster;
    private readonly ManualTimeProvider _clock;
    private readonly RecordedWebhooks? _webhooks;
    private readonly ReplayClient _client;
    private readonly Placeholders _placeholders = new();
    private readonly AnswerCheck _check;
    private readonly UnrecordedWrites _others;
    private readonly List<OpenWatch> _watches = [];

    private ReplaySession(PlaygroundCluster cluster, ManualTimeProvider clock, Transcript transcript, RecordedWebhooks? webhooks)
    {
        _cluster = cluster;
        _clock = clock;
        _webhooks = webhooks;
        _client = new ReplayClient(cluster, _placeholders);
        _check = new AnswerCheck(_placeholders);
        _others = new UnrecordedWrites(transcript, cluster.Server.Kinds, cluster.Server.Store, _placeholders);
    }

    /// <summary>Starts a cluster and restores the state before the transcript.</summary>
    public static async Task<ReplaySession> StartAsync(Transcript transcript, IReadOnlyList<JsonObject> setup, RecordedWebhooks? webhooks, CancellationToken cancel)
    {
        var clock = new ManualTimeProvider();
        var options = new PlaygroundClusterOptions { Server = new ApiServerOptions { Time = clock } };
        var session = new ReplaySession(await PlaygroundCluster.StartAsync(options, cancel), clock, transcript, webhooks);
        await session.RestoreAsync(transcript, setup, cancel);
        return session;
    }

    /// <summary>Does something that the recorder did and left out.</summary>
    public Task DoAsync(RecorderAct act, CancellationToken cancel) => _client.DoAsync(act.Method, act.Url, act.Body, cancel);

    /// <summary>Sends a step's request and compares the answer; the differences, or none.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(TranscriptStep step, CancellationToken cancel)
    {
        await ConfigureAsync(step, cancel);
        _others.Before(step);
        var response = await AnswerAsync(step, _client.SendAsync(step, cancel));
        if (step.IsWatch && response.IsSuccessStatusCode)
        {
            await FollowAsync(new OpenWatch(step, response, cancel), cancel);
            return [];
        }

        using (response)
        {
            _client.CacheKeys.Learn(step, response);
            var endsByItself = !response.IsSuccessStatusCode || step.Parameter("watch") is null || step.IsWatch;
            var text = endsByItself ? await response.Content.ReadAsStringAsync(cancel) : "a watch";
            await WaitForDefinitionAsync(step, response, text, cancel);
            IReadOnlyList<string> differences = [.. _check.Compare(step, response, text), .. _webhooks?.Compare(step, _placeholders) ?? []];
            _others.After(step);
            return differences;
        }
    }

    /// <summary>Does for good what a recorded dry run of a patch tried: what the recorder then did, and kept out of the transcript.</summary>
    public async Task ApplyForGoodAsync(TranscriptStep step, CancellationToken cancel)
    {
        var request = (JsonObject)step.Request.DeepClone();
        request["url"] = step.Url.Replace("?dryRun=All", "", StringComparison.Ordinal);
        var real = step with { Request = request };
        using var response = await _client.SendAsync(real, cancel);
        await WaitForDefinitionAsync(real, response, await response.Content.ReadAsStringAsync(cancel), cancel);
        Assert.True(response.IsSuccessStatusCode, $"line {step.Line}: {response.StatusCode}");
    }

    /// <summary>Compares the events of the watches.</summary>
    public async IAsyncEnumerable<(TranscriptStep Step, IReadOnlyList<string> Differences)> FinishWatchesAsync()
    {
        foreach (var watch in _watches)
        {
            _others.During(watch.Step);
            yield return (watch.Step, [.. _check.CompareEvents(watch.Recorded, await watch.EventsAsync()), .. AnswerCheck.CompareHeaders(watch.Step, watch.Response)]);
        }
    }

    /// <summary>Forgets older versions, as etcd's compaction does.</summary>
    public async Task CompactAsync(CancellationToken cancel)
    {
        await _cluster.ClientFor("recorder").CreateAsync(ObjectOf("v1", "ConfigMap", "default", $"later-{Guid.NewGuid()}"), cancel);
        _cluster.Server.Store.Compact(_cluster.Server.Store.Version);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _watches.ForEach(watch => watch.Dispose());
        _client.Dispose();
        await _cluster.DisposeAsync();
    }

    private async Task RestoreAsync(Transcript transcript, IReadOnlyList<JsonObject> setup, CancellationToken cancel)
    {
        var client = _cluster.ClientFor("conformance");
        var before = new StateBefore(_cluster.Server.Kinds, _cluster.Server.Store, _placeholders, _others);
        if (before.RestoreDefinition(transcript, Definition))
        {
            await WaitUntilServedAsync(kind => kind is not null, cancel);
        }
        else if (!transcript.Creates("CustomResourceDefinition", Definition))
        {
            var crd = (JsonObject)YamlDecoding.Decode(Encoding.UTF8.GetBytes(Transcript.Manifest("raw-cr", "crd.yaml")))!;
            RecordedParts.RemoveRules(crd);
            await client.CreateAsync(crd, cancel);
            await WaitUntilServedAsync(kind => kind is not null, cancel);
        }

        if (setup.Count == 0)
        {
            before.Restore(transcript);
        }

        if (!transcript.Creates("Namespace", "demo"))
        {
            await CreateMissingAsync(client, ObjectOf("v1", "Namespace", "", "demo"), cancel);
            await CreateMissingAsync(client, ObjectOf("v1", "ServiceAccount", "demo", "default"), cancel);
        }

        await CreateMissingAsync(client, ObjectOf("v1", "ServiceAccount", "kube-system", "default"), cancel);
        foreach (var obj in setup)
        {
            var created = (JsonObject)(await client.CreateAsync(obj, cancel)).DeepClone();
            if (obj["status"] is { } status)
            {
                created["status"] = status.DeepClone();
                await client.UpdateAsync(created, "status", cancel);
            }
        }

        if (setup.Count > 0)
        {
            before.Restore(transcript);
        }
    }

    private static async Task CreateMissingAsync(IClusterClient client, JsonObject obj, CancellationToken cancel)
    {
        if (client.Get("v1", obj["kind"]!.ToString(), obj["metadata"]!["namespace"]!.ToString(), obj["metadata"]!["name"]!.ToString()) is null)
        {
            await client.CreateAsync(obj, cancel);
        }
    }

    private async Task ConfigureAsync(TranscriptStep step, CancellationToken cancel)
    {
        _webhooks?.Prepare(step);
        if (step.Configuration is { } note)
        {
            var client = _cluster.ClientFor("recorder");
            if (client.Get("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", "one") is not null)
            {
                await client.DeleteAsync("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", "one", new DeleteRequest(), cancel);
            }

            await client.CreateAsync(_webhooks!.ConfigurationOf(note), cancel);
        }
    }

    // The server's clock stands still; it goes on for a request that waits for it: for the timeout of a webhook, or for a version to come.
    private async Task<HttpResponseMessage> AnswerAsync(TranscriptStep step, Task<HttpResponseMessage> sending)
    {
        var waits = step.Status == 504 || step.Configuration?.Contains("/slow", StringComparison.Ordinal) == true;
        while (waits && await Task.WhenAny(sending, Task.Delay(Stall)) != sending)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        return await sending;
    }

    // A watch that ended before the next request is seen to its end; another is compared when the transcript ends.
    private async Task FollowAsync(OpenWatch watch, CancellationToken cancel)
    {
        _watches.Add(watch);
        if (watch.EndsAfter is not { } seconds)
        {
            return;
        }

        _others.During(watch.Step);
        for (var second = 0; second <= seconds && !watch.IsComplete; second++)
        {
            await Task.Delay(Tick, cancel);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    // The recorder waited until the new, changed or removed definition was served.
    private Task WaitForDefinitionAsync(TranscriptStep step, HttpResponseMessage response, string answer, CancellationToken cancel) => step.Method switch
    {
        _ when !step.IsWrite || !response.IsSuccessStatusCode || step.Info.Resource != "customresourcedefinitions" => Task.CompletedTask,
        "DELETE" => WaitUntilServedAsync(kind => kind is null, cancel),
        _ => WaitUntilServedAsync(
            kind => JsonNode.DeepEquals(kind?.CustomDefinition?["additionalPrinterColumns"], JsonNode.Parse(answer)!["spec"]!["versions"]![0]!["additionalPrinterColumns"]), cancel),
    };

    private async Task WaitUntilServedAsync(Func<ResourceKind?, bool> isServed, CancellationToken cancel)
    {
        var kinds = _cluster.Server.Kinds;
        for (var revision = kinds.Revision; !isServed(kinds.Find("kafkamesh.io", "v1alpha1", "kafkamonitors")); revision = kinds.Revision)
        {
            await kinds.WaitForChangeAsync(revision, cancel);
        }
    }

    private static JsonObject ObjectOf(string apiVersion, string kind, string @namespace, string name) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
    };
}
