using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A fresh cluster in the state before a transcript, to which the transcript's requests are sent.</summary>
internal sealed class ReplaySession : IAsyncDisposable
{
    private static readonly string[] ComparedHeaders = ["Content-Type", "Cache-Control", "X-Content-Type-Options", "Retry-After"];
    private const string Definition = "kafkamonitors.kafkamesh.io";
    private readonly PlaygroundCluster _cluster;
    private readonly HttpClient _http;
    private readonly HttpClient _anonymous;
    private readonly Placeholders _placeholders = new();
    private readonly CacheKeys _cacheKeys;
    private readonly List<OpenWatch> _watches = [];

    private ReplaySession(PlaygroundCluster cluster)
    {
        _cluster = cluster;
        _http = NewClient(withCertificate: true);
        _anonymous = NewClient(withCertificate: false);
        _cacheKeys = new CacheKeys(_http, cluster.Address);
    }

    /// <summary>Starts a cluster and restores the state before the transcript.</summary>
    public static async Task<ReplaySession> StartAsync(Transcript transcript, IReadOnlyList<JsonObject> setup, CancellationToken cancel)
    {
        var session = new ReplaySession(await PlaygroundCluster.StartAsync(cancel: cancel));
        var client = session._cluster.ClientFor("conformance");
        if (!transcript.Creates("CustomResourceDefinition", Definition))
        {
            var crd = (JsonObject)YamlDecoding.Decode(Encoding.UTF8.GetBytes(Transcript.Manifest("raw-cr", "crd.yaml")))!;
            RecordedParts.RemoveRules(crd);
            await client.CreateAsync(crd, cancel);
            await session.WaitUntilServedAsync(kind => kind is not null, cancel);
        }

        var before = new StateBefore(session._cluster.Server.Kinds, session._cluster.Server.Store, session._placeholders);
        if (setup.Count == 0)
        {
            before.Restore(transcript);
        }

        if (!transcript.Creates("Namespace", "demo"))
        {
            await CreateMissingAsync(client, ObjectOf("v1", "Namespace", "", "demo"), cancel);
            await CreateMissingAsync(client, ObjectOf("v1", "ServiceAccount", "demo", "default"), cancel);
        }

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

        return session;
    }

    private static async Task CreateMissingAsync(IClusterClient client, JsonObject obj, CancellationToken cancel)
    {
        if (client.Get("v1", obj["kind"]!.ToString(), obj["metadata"]!["namespace"]!.ToString(), obj["metadata"]!["name"]!.ToString()) is null)
        {
            await client.CreateAsync(obj, cancel);
        }
    }

    /// <summary>Sends a step's request and compares the answer; the differences, or none.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(TranscriptStep step, CancellationToken cancel)
    {
        RecordedParts.RemoveRules(step.Request);
        RecordedParts.RemoveRules(step.Response);
        using var request = await RequestOfAsync(step, cancel);
        var anonymous = step.Label.Contains("anonymous", StringComparison.Ordinal) || request.Headers.Authorization is not null;
        var isOpen = OpenWatch.IsFor(step);
        var response = await (anonymous ? _anonymous : _http).SendAsync(request, isOpen ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, cancel);
        if (isOpen && response.IsSuccessStatusCode)
        {
            _watches.Add(new OpenWatch(step, response, cancel));
            return [];
        }

        using (response)
        {
            return await CompareAsync(step, response, cancel);
        }
    }

    /// <summary>Does for good what a recorded dry run of a patch tried: what the recorder then did, and kept out of the transcript.</summary>
    public async Task ApplyForGoodAsync(TranscriptStep step, CancellationToken cancel)
    {
        var request = (JsonObject)step.Request.DeepClone();
        request["url"] = step.Url.Replace("?dryRun=All", "", StringComparison.Ordinal);
        using var message = await RequestOfAsync(step with { Request = request }, cancel);
        using var response = await _http.SendAsync(message, cancel);
        Assert.True(response.IsSuccessStatusCode, $"line {step.Line}: {response.StatusCode}");
        await WaitForDefinitionAsync(step with { Request = request }, await response.Content.ReadAsStringAsync(cancel), cancel);
    }

    /// <summary>Compares the events of the watches that other requests of the transcript moved.</summary>
    public async IAsyncEnumerable<(TranscriptStep Step, IReadOnlyList<string> Differences)> FinishWatchesAsync()
    {
        foreach (var watch in _watches)
        {
            yield return (watch.Step, CompareEvents(watch.Recorded, await watch.EventsAsync()));
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
        _http.Dispose();
        _anonymous.Dispose();
        await _cluster.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> CompareAsync(TranscriptStep step, HttpResponseMessage response, CancellationToken cancel)
    {
        _cacheKeys.Learn(step, response);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (response.IsSuccessStatusCode && step.Url.Contains("/customresourcedefinitions", StringComparison.Ordinal))
        {
            await WaitForDefinitionAsync(step, text, cancel);
        }

        // The recorder left If-Modified-Since out: without it the whole document is the right answer.
        var isUnconditional = step.Status == 304 && step.Request["headers"]?["If-None-Match"] is null;
        if ((int)response.StatusCode != (isUnconditional ? 200 : step.Status))
        {
            return [$"status: recorded {step.Status} ours {(int)response.StatusCode}: {text.Trim()}"];
        }

        if (isUnconditional)
        {
            return [];
        }

        var events = step.Response["events"] as JsonArray;
        var content = events is null ? CompareBody(step.Response["body"], text) : CompareEvents(events, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
        return [.. content, .. CompareHeaders(step, response)];
    }

    // The recorder waited until the new, changed or removed definition was served.
    private Task WaitForDefinitionAsync(TranscriptStep step, string answer, CancellationToken cancel) => step.Method switch
    {
        _ when step.Url.Contains("dryRun", StringComparison.Ordinal) => Task.CompletedTask,
        "DELETE" => WaitUntilServedAsync(kind => kind is null, cancel),
        "POST" or "PUT" or "PATCH" => WaitUntilServedAsync(
            kind => JsonNode.DeepEquals(kind?.CustomDefinition?["additionalPrinterColumns"], JsonNode.Parse(answer)!["spec"]!["versions"]![0]!["additionalPrinterColumns"]), cancel),
        _ => Task.CompletedTask,
    };

    private async Task WaitUntilServedAsync(Func<ResourceKind?, bool> isServed, CancellationToken cancel)
    {
        var kinds = _cluster.Server.Kinds;
        for (var revision = kinds.Revision; !isServed(kinds.Find("kafkamesh.io", "v1alpha1", "kafkamonitors")); revision = kinds.Revision)
        {
            await kinds.WaitForChangeAsync(revision, cancel);
        }
    }

    private IReadOnlyList<string> CompareBody(JsonNode? recorded, string text)
    {
        if (recorded is JsonObject document && (document.ContainsKey("omitted") || document.ContainsKey("text")))
        {
            return text.Length > 0 || document["bytes"]?.GetValue<int>() == 0 ? [] : ["text: an empty body where the recorder had one"];
        }

        if (recorded is null or JsonValue)
        {
            var expected = recorded?.GetValue<string>() ?? "";
            return _placeholders.Matches(expected, text) ? [] : [$"text: recorded {expected} ours {text}"];
        }

        if (!text.EndsWith('\n'))
        {
            return ["text: the JSON answer does not end with a line break"];
        }

        return new AnswerComparer(_placeholders).Compare("$", recorded, JsonNode.Parse(text));
    }

    private IReadOnlyList<string> CompareEvents(JsonArray recorded, IReadOnlyList<JsonNode?> events) => recorded.Count == events.Count
        ? [.. recorded.SelectMany((e, i) => new AnswerComparer(_placeholders).Compare($"events[{i}]", e, events[i]))]
        : [$"events: recorded {recorded.Count} ours {events.Count}: {string.Join(' ', events.Select(e => e?["type"]))}"];

    private static IEnumerable<string> CompareHeaders(TranscriptStep step, HttpResponseMessage response)
    {
        foreach (var name in ComparedHeaders)
        {
            var (recorded, actual) = (step.Response["headers"]?[name]?.ToString(), HeaderOf(response, name));
            if (recorded?.Replace("; ", ";", StringComparison.Ordinal) != actual?.Replace("; ", ";", StringComparison.Ordinal))
            {
                yield return $"header {name}: recorded {recorded ?? "nothing"} ours {actual ?? "nothing"}";
            }
        }

        foreach (var difference in CompareWarnings(step, response))
        {
            yield return difference;
        }
    }

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    private static IEnumerable<string> CompareWarnings(TranscriptStep step, HttpResponseMessage response)
    {
        var recorded = step.Response["headers"]?["Warning"] switch
        {
            JsonArray many => many.Select(w => w!.GetValue<string>()).ToList(),
            JsonValue one => [one.GetValue<string>()],
            _ => [],
        };
        var actual = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return recorded.SequenceEqual(actual) ? [] : [$"warnings: recorded {JsonSerializer.Serialize(recorded)} ours {JsonSerializer.Serialize(actual)}"];
    }

    private async Task<HttpRequestMessage> RequestOfAsync(TranscriptStep step, CancellationToken cancel)
    {
        var url = await _cacheKeys.UrlAsync(_placeholders.Fill(step.Url), cancel);
        var request = new HttpRequestMessage(new HttpMethod(step.Method), new Uri(_cluster.Address, Escape(url)));
        foreach (var (name, value) in step.Request["headers"] as JsonObject ?? [])
        {
            if (name is "If-None-Match")
            {
                request.Headers.TryAddWithoutValidation(name, await _cacheKeys.TagAsync(step, value!.GetValue<string>(), cancel));
            }
            else if (name is not "Content-Type")
            {
                var wantsBadToken = step.Label.StartsWith("401", StringComparison.Ordinal);
                request.Headers.TryAddWithoutValidation(name, wantsBadToken ? value!.GetValue<string>() : _placeholders.Fill(value!.GetValue<string>()));
            }
        }

        var type = step.Request["headers"]?["Content-Type"]?.GetValue<string>();
        if (step.Request["body"] is { } body || type is not null)
        {
            var text = step.Request["body"] switch
            {
                JsonValue raw when raw.GetValueKind() == JsonValueKind.String => _placeholders.Fill(raw.GetValue<string>()),
                null => "",
                var node => _placeholders.Fill(node),
            };
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        }

        return request;
    }

    private HttpClient NewClient(bool withCertificate)
    {
        var authority = _cluster.Server.Authority;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 server && authority.HasIssued(server);
        if (withCertificate)
        {
            handler.SslOptions.ClientCertificates = [authority.IssueClient("admin", ["system:masters"])];
        }

        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(100) };
    }

    private static string Escape(string url) => url.Replace(" ", "%20", StringComparison.Ordinal);

    private static JsonObject ObjectOf(string apiVersion, string kind, string @namespace, string name) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace },
    };
}
