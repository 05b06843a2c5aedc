using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.Playground.ApiServer;

namespace KafkaMesh.Playground.Tests.ApiServer.Schema;

/// <summary>Sends recorded requests to a playground and compares its answers with the recorded ones.</summary>
internal sealed partial class TranscriptReplay : IAsyncDisposable
{
    private const string RulesNotChecked = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, string> _bound = new(StringComparer.Ordinal);
    private readonly ApiServerHost _host;
    private readonly HttpClient _http;

    private TranscriptReplay(ApiServerHost host)
    {
        _host = host;
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 leaf && host.Authority.HasIssued(leaf) } };
        _http = new HttpClient(handler) { BaseAddress = host.Address };
    }

    /// <summary>A playground with the namespace demo, its service account and the recorded definition.</summary>
    public static async Task<TranscriptReplay> StartAsync()
    {
        var replay = new TranscriptReplay(await ApiServerHost.StartAsync(new ApiServerOptions { Time = new RecordedClock() }, TestContext.Current.CancellationToken));
        await replay.CreateAsync("/api/v1/namespaces", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"demo"}}""");
        await replay.CreateAsync("/api/v1/namespaces/demo/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}""");
        await replay.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Transcript.Definition().ToJsonString());
        await replay.WaitForDefinitionAsync();
        return replay;
    }

    /// <summary>Creates an object that a recording takes for granted.</summary>
    public Task<JsonNode> CreateAsync(string url, string body) => DoAsync("POST", url, body, "application/json");

    /// <summary>Changes an object as somebody outside of the recording did.</summary>
    public Task<JsonNode> MergeAsync(string url, string patch) => DoAsync("PATCH", url, patch, "application/merge-patch+json");

    /// <summary>Removes an object as somebody outside of the recording did.</summary>
    public Task<JsonNode> DeleteAsync(string url) => DoAsync("DELETE", url, null, "application/json");

    /// <summary>Removes an object that may not exist.</summary>
    public Task DeleteIfAnyAsync(string url) => SendAsync(new JsonObject { ["method"] = "DELETE", ["url"] = url });

    /// <summary>Says what a placeholder of the recording stands for.</summary>
    public void Know(string placeholder, JsonNode? value) => _bound[placeholder] = value!.ToString();

    /// <summary>Sends the request on a line and returns what differs from the recorded answer; empty when nothing does.</summary>
    public async Task<string> CompareAsync(Transcript transcript, int line)
    {
        var (request, expected) = transcript.Exchange(line);
        var (status, warnings, answer) = await SendAsync(request);
        var differences = new List<string>();
        if (status != (int)expected["status"]!)
        {
            differences.Add($"status {status}, recorded {expected["status"]}");
        }

        Compare(Warnings(expected), new JsonArray([.. warnings.Select(w => (JsonNode)w)]), "Warning", differences);
        Compare(WithoutForkArtefacts(WithoutRulesNote(expected["body"])), answer, "", differences);
        return differences.Count == 0 ? "" : $"line {line}: {string.Join("; ", differences.Take(4))}";
    }

    /// <summary>What differs between the review that a real server sent to its webhook and ours. Who asks is left out: this replay uses a token, the recorder a certificate.</summary>
    public string CompareReview(JsonNode recorded, JsonNode sent)
    {
        var differences = new List<string>();
        var (expected, actual) = (WithoutForkArtefacts(WithoutUser(recorded)), WithoutUser(sent));
        Compare(expected, actual, "", differences);
        return string.Join("; ", differences.Take(6));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    private async Task<JsonNode> DoAsync(string method, string url, string? body, string type)
    {
        var (status, _, answer) = await SendAsync(new JsonObject { ["method"] = method, ["url"] = url, ["body"] = body, ["headers"] = new JsonObject { ["Content-Type"] = type } });
        Assert.True(status is 200 or 201, $"{url}: {status} {answer}");
        return answer!;
    }

    private async Task WaitForDefinitionAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (_host.Kinds.FindResource("kafkamesh.io", "kafkamonitors") is null)
        {
            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    private async Task<(int Status, IReadOnlyList<string> Warnings, JsonNode? Body)> SendAsync(JsonObject recorded)
    {
        using var request = new HttpRequestMessage(new HttpMethod(recorded["method"]!.ToString()), Bind(recorded["url"]!.ToString()));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.AdminToken);
        request.Headers.TryAddWithoutValidation("User-Agent", "conformance/1.0");
        var headers = recorded["headers"] as JsonObject ?? [];
        request.Headers.TryAddWithoutValidation("Accept", headers["Accept"]?.ToString() ?? "application/json");
        if (recorded["body"] is { } body)
        {
            var text = body.GetValueKind() == JsonValueKind.String ? body.GetValue<string>() : body.ToJsonString(Relaxed);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Bind(text)));
        }

        if (headers["Content-Type"]?.ToString() is { } type && request.Content is not null)
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return ((int)response.StatusCode, warnings, Parse(answer));
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static JsonArray Warnings(JsonObject response) => response["headers"]?["Warning"] switch
    {
        JsonArray list => (JsonArray)list.DeepClone(),
        JsonValue one => new JsonArray(one.DeepClone()),
        _ => [],
    };

    // The recorded definition has CEL rules; without them a server has nothing to say about rules that it did not check.
    private static JsonNode? WithoutRulesNote(JsonNode? body)
    {
        if (body is not JsonObject || body["details"]?["causes"] is not JsonArray causes || body["message"] is not { } message)
        {
            return body;
        }

        var copy = body.DeepClone();
        var kept = causes.Where(c => c?["message"]?.ToString().Contains(RulesNotChecked, StringComparison.Ordinal) != true).Select(c => c?.DeepClone()).ToArray();
        if (kept.Length == causes.Count)
        {
            return body;
        }

        copy["details"]!["causes"] = new JsonArray(kept);
        var text = message.ToString().Replace($", <nil>: Invalid value: null: {RulesNotChecked}", "", StringComparison.Ordinal);
        var shownOnce = kept.Select(c => $"{c!["field"]}: {c["message"]}").Distinct().Count() == 1;
        copy["message"] = shownOnce ? text.Replace("is invalid: [", "is invalid: ", StringComparison.Ordinal).TrimEnd(']') + (kept[0]!["message"]!.ToString().EndsWith(']') ? "]" : "") : text;
        return copy;
    }

    private static JsonNode WithoutUser(JsonNode review)
    {
        var copy = review.DeepClone();
        copy["request"]!.AsObject().Remove("userInfo");
        return copy;
    }

    private static JsonNode? WithoutForkArtefacts(JsonNode? body)
    {
        var copy = body?.DeepClone();
        Replay.RecordedParts.RemoveForkArtefacts(copy);
        return copy;
    }

    private void Compare(JsonNode? expected, JsonNode? actual, string path, List<string> differences)
    {
        switch (expected, actual)
        {
            case (JsonObject a, JsonObject b):
                foreach (var name in a.Select(p => p.Key).Union(b.Select(p => p.Key)))
                {
                    if (!a.ContainsKey(name) || !b.ContainsKey(name))
                    {
                        differences.Add($"{path}.{name} {(a.ContainsKey(name) ? "is missing" : "is too much")}");
                    }
                    else
                    {
                        Compare(a[name], b[name], $"{path}.{name}", differences);
                    }
                }

                break;
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                for (var i = 0; i < a.Count; i++)
                {
                    Compare(a[i], b[i], $"{path}[{i}]", differences);
                }

                break;
            case (JsonValue a, JsonValue b) when a.GetValueKind() == JsonValueKind.String && b.GetValueKind() == JsonValueKind.String:
                if (!path.Contains(".clusterIP", StringComparison.Ordinal) && !SameText(a.GetValue<string>(), b.GetValue<string>()))
                {
                    differences.Add($"{path} is {b}, recorded {a}");
                }

                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    differences.Add($"{path} is {actual?.ToJsonString() ?? "absent"}, recorded {expected?.ToJsonString() ?? "absent"}");
                }

                break;
        }
    }

    private bool SameText(string expected, string actual)
    {
        if (Placeholder().Match(expected) is { Success: true, Length: var length } && length == expected.Length && (expected.StartsWith("<rv-", StringComparison.Ordinal) || expected.StartsWith("<uid-", StringComparison.Ordinal)))
        {
            return _bound.TryAdd(expected, actual) || _bound[expected] == actual;
        }

        // A random suffix of a volume or generated name stays as it was recorded.
        var known = Placeholder().Replace(expected, match => _bound.GetValueOrDefault(match.Value, match.Value));
        var pattern = "^" + Placeholder().Replace(Regex.Escape(known), ".*") + "$";
        pattern = RandomSuffix().Replace(pattern, "$1[a-z0-9]{5}");
        return Regex.IsMatch(actual, pattern, RegexOptions.Singleline, TimeSpan.FromSeconds(5));
    }

    private string Bind(string text) => Placeholder().Replace(text, match => _bound.TryGetValue(match.Value, out var value) ? value
        : match.Value switch
        {
            "<time>" => "2026-11-22T10:00:00Z",
            "<microtime>" => "2026-11-22T10:00:00.123456Z",
            "<ca-bundle>" => "Y2EtYnVuZGxl",
            _ => match.Value,
        });

    // The clock stands at the time that requests carry in place of <time>, so that sending an object back changes nothing.
    private sealed class RecordedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    }

    [GeneratedRegex(@"<(rv|uid)-\d+>|<time>|<microtime>|<token>|<ca-bundle>|<sha256>", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(kube-api-access-|gen-)[a-z0-9]{5}")]
    private static partial Regex RandomSuffix();
}
