using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>A fresh cluster in the state before a transcript, to which the transcript's requests are sent.</summary>
internal sealed class ReplaySession : IAsyncDisposable
{
    private readonly PlaygroundCluster _cluster;
    private readonly HttpClient _http;
    private readonly HttpClient _anonymous;
    private readonly Placeholders _placeholders = new();

    private ReplaySession(PlaygroundCluster cluster)
    {
        _cluster = cluster;
        _http = NewClient(withCertificate: true);
        _anonymous = NewClient(withCertificate: false);
    }

    /// <summary>Starts a cluster and restores the state before the transcript.</summary>
    public static async Task<ReplaySession> StartAsync(Transcript transcript, IEnumerable<JsonObject> setup, CancellationToken cancel)
    {
        var session = new ReplaySession(await PlaygroundCluster.StartAsync(cancel: cancel));
        var client = session._cluster.ClientFor("conformance");
        await client.CreateAsync(ObjectOf("v1", "Namespace", "", "demo"), cancel);
        await client.CreateAsync(ObjectOf("v1", "ServiceAccount", "demo", "default"), cancel);
        var crd = (JsonObject)YamlDecoding.Decode(Encoding.UTF8.GetBytes(Transcript.Manifest("raw-cr", "crd.yaml")))!;
        RemoveRules(crd);
        await client.CreateAsync(crd, cancel);
        var kinds = session._cluster.Server.Kinds;
        for (var revision = kinds.Revision; kinds.Find("kafkamesh.io", "v1alpha1", "kafkamonitors") is null; revision = kinds.Revision)
        {
            await kinds.WaitForChangeAsync(revision, cancel);
        }

        foreach (var obj in setup)
        {
            await client.CreateAsync(obj, cancel);
        }

        new StateBefore(session._cluster.Server.Kinds, session._cluster.Server.Store, session._placeholders).Restore(transcript);
        return session;
    }

    /// <summary>Sends a step's request and compares the answer; the differences, or none.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(TranscriptStep step, CancellationToken cancel)
    {
        using var request = RequestOf(step);
        var anonymous = step.Label.Contains("anonymous", StringComparison.Ordinal) || request.Headers.Authorization is not null;
        using var response = await (anonymous ? _anonymous : _http).SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        var recordedStatus = step.Response["status"]!.GetValue<int>();
        if ((int)response.StatusCode != recordedStatus)
        {
            return [$"status: recorded {recordedStatus} ours {(int)response.StatusCode}: {text.Trim()}"];
        }

        return step.Response["events"] is JsonArray events ? CompareEvents(events, text) : CompareBody(step.Response["body"], text).Concat(CompareWarnings(step, response)).ToList();
    }

    /// <summary>Forgets older versions, as etcd's compaction does.</summary>
    public void Compact() => _cluster.Server.Store.Compact(_cluster.Server.Store.Version);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _anonymous.Dispose();
        await _cluster.DisposeAsync();
    }

    private IReadOnlyList<string> CompareBody(JsonNode? recorded, string text)
    {
        if (recorded is JsonObject document && (document.ContainsKey("omitted") || document.ContainsKey("text")))
        {
            return text.Length > 0 ? [] : ["an empty body where the recorder had one"];
        }

        if (recorded is null or JsonValue)
        {
            var expected = recorded?.GetValue<string>() ?? "";
            return _placeholders.Matches(expected, text) ? [] : [$"text: recorded {expected} ours {text}"];
        }

        if (!text.EndsWith('\n'))
        {
            return ["the JSON answer does not end with a line break"];
        }

        return new AnswerComparer(_placeholders).Compare(recorded, JsonNode.Parse(text));
    }

    private IReadOnlyList<string> CompareEvents(JsonArray recorded, string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)).ToList();
        return recorded.Count == lines.Count
            ? [.. recorded.SelectMany((e, i) => new AnswerComparer(_placeholders).Compare(e, lines[i]))]
            : [$"events: recorded {recorded.Count} ours {lines.Count}"];
    }

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

    private HttpRequestMessage RequestOf(TranscriptStep step)
    {
        var request = new HttpRequestMessage(new HttpMethod(step.Method), new Uri(_cluster.Address, Escape(_placeholders.Fill(step.Url))));
        foreach (var (name, value) in step.Request["headers"] as JsonObject ?? [])
        {
            if (name is not "Content-Type")
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

    // The recorded definition has CEL rules, which this server refuses by name: it is installed without them.
    private static void RemoveRules(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                obj.Remove("x-kubernetes-validations");
                foreach (var (_, value) in obj)
                {
                    RemoveRules(value);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    RemoveRules(item);
                }

                break;
        }
    }
}
