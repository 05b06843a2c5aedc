using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Client;

/// <summary>What a real Kubernetes 1.36 answered, played to the client.</summary>
public sealed class RecordedAnswerTests
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendAsync_EveryRecordedRefusal_IsAnExceptionInTheServersWords()
    {
        JsonObject current = [];
        await using var server = await FaultyApiServer.StartAsync(async (_, context) =>
        {
            context.Response.StatusCode = (int)current["status"]!;
            var body = current["body"];
            await context.Response.WriteAsync(body is JsonObject ? body.ToJsonString() : (string?)(body as JsonValue) ?? "");
        });
        using var client = new KubernetesClient(server.Configuration());
        var reasons = new HashSet<string>();
        foreach (var refusal in Recorded("refusals.jsonl"))
        {
            current = refusal;
            var exception = await Assert.ThrowsAsync<ApiException>(() => client.SendAsync(HttpMethod.Get, "api/v1/namespaces/demo/configmaps", cancellationToken: s_token));

            Assert.Equal((HttpStatusCode)(int)refusal["status"]!, exception.StatusCode);
            if (refusal["body"] is JsonObject status && (string?)status["kind"] == "Status")
            {
                Assert.EndsWith((string)status["message"]!, exception.Message, StringComparison.Ordinal);
                reasons.Add((string?)status["reason"] ?? "");
            }

            Assert.Equal((int)refusal["status"]! == 410, exception.IsExpired);
            Assert.Equal((int)refusal["status"]! == 504, exception.IsTooLargeResourceVersion);
            Assert.Equal((int)refusal["status"]! == 409, exception.IsConflict || exception.IsAlreadyExists);
        }

        Assert.Superset(new HashSet<string> { "NotFound", "AlreadyExists", "Conflict", "Invalid", "Forbidden", "Unauthorized", "Expired", "Timeout", "BadRequest" }, reasons);
    }

    [Fact]
    public async Task WatchAsync_EveryRecordedStream_GivesItsEvents()
    {
        JsonObject current = [];
        await using var server = await FaultyApiServer.StartAsync((_, context) =>
            Answers.PieceAsync(context, string.Concat(current["events"]!.AsArray().Select(line => line!.ToJsonString() + "\n"))));
        using var client = new KubernetesClient(server.Configuration());
        var total = 0;
        foreach (var recorded in Recorded("watches.jsonl").Where(recorded => recorded["events"]!.AsArray().All(line => line!["type"] is not null)))
        {
            current = recorded;
            var expected = recorded["events"]!.AsArray().Select(line => (string)line!["type"]!).ToList();
            var seen = new List<string>();
            try
            {
                await foreach (var change in client.WatchAsync(EntityType.Raw(new("ConfigMap", "v1", "", "configmaps")), "demo", new WatchOptions(), s_token))
                {
                    seen.Add(change.Type.ToString().ToUpperInvariant());
                    Assert.StartsWith("<rv-", change.ResourceVersion, StringComparison.Ordinal);
                    Assert.Equal(change.Type == WatchEventType.Bookmark, change.Entity is null);
                }
            }
            catch (ApiException exception) when (exception.IsExpired)
            {
                seen.Add("ERROR");
            }

            Assert.Equal(expected, seen);
            total += seen.Count;
        }

        Assert.True(total > 50);
    }

    private static IEnumerable<JsonObject> Recorded(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "testdata", file)).Select(line => JsonNode.Parse(line)!.AsObject());
}
