using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Configuration;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Kubernetes.Tests.Client;

/// <summary>Single requests against a real HTTPS server.</summary>
public sealed class KubernetesClientTests
{
    private static readonly CancellationToken s_token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_MissingObject_IsNull()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.StatusAsync(context, 404, "NotFound", "configmaps \"x\" not found"));
        using var client = new KubernetesClient(server.Configuration());

        Assert.Null(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));
        Assert.Equal("/api/v1/namespaces/demo/configmaps/x", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task ListAsync_TwoPages_AreOneList()
    {
        var history = new ObjectHistory();
        foreach (var name in new[] { "a", "b", "c" })
        {
            history.Put(name);
        }

        await using var server = await FaultyApiServer.StartAsync(history.ListAsync);
        using var client = new KubernetesClient(server.Configuration());

        var list = await client.ListAsync(ConfigMaps.Type, "demo", new ListOptions { Limit = 2, LabelSelector = "app in (a,b)" }, s_token);

        Assert.Equal(["a", "b", "c"], list.Items.Select(item => (string)item["metadata"]!["name"]!));
        Assert.Equal([null, "103/c"], server.Requests.Select(request => request.Query.GetValueOrDefault("continue")));
        Assert.All(server.Requests, request => Assert.Equal("app in (a,b)", request.Query["labelSelector"]));
    }

    [Fact]
    public async Task ListAsync_NullItems_AreNone()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.PieceAsync(
            context, """{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},"items":null}"""));
        using var client = new KubernetesClient(server.Configuration());

        var list = await client.ListAsync(BuiltInEntities.Namespaces, cancellationToken: s_token);

        Assert.Empty(list.Items);
        Assert.Equal("7", list.Metadata.ResourceVersion);
        Assert.StartsWith("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", server.Requests[0].Headers["Accept"]);
    }

    [Fact]
    public async Task ListAsync_UnknownGroup_NamesThePlainTextAnswer()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("404 page not found\n");
        });
        using var client = new KubernetesClient(server.Configuration());

        var exception = await Assert.ThrowsAsync<ApiException>(() => client.ListAsync(ConfigMaps.Type, "demo", cancellationToken: s_token));

        Assert.True(exception.IsNotFound);
        Assert.Equal("GET /api/v1/namespaces/demo/configmaps was refused with 404: 404 page not found", exception.Message);
    }

    [Fact]
    public async Task GetAsync_TooManyRequestsWithRetryAfter_IsRepeatedWhenAsked()
    {
        var answers = 0;
        await using var server = await FaultyApiServer.StartAsync((_, context) =>
        {
            if (Interlocked.Increment(ref answers) > 1)
            {
                return Answers.JsonAsync(context, 200, ConfigMaps.Named("x"));
            }

            context.Response.Headers.RetryAfter = "1";
            return Answers.StatusAsync(context, 429, "TooManyRequests", "slow down");
        });
        using var client = new KubernetesClient(server.Configuration());
        var watch = Stopwatch.StartNew();

        Assert.NotNull(await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(950), TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("3600")]
    public async Task GetAsync_TooManyRequestsWithoutUsableRetryAfter_FailsAtOnce(string? retryAfter)
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            return Answers.StatusAsync(context, 429, "TooManyRequests", "slow down");
        });
        using var client = new KubernetesClient(server.Configuration());

        var exception = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.Equal(HttpStatusCode.TooManyRequests, exception.StatusCode);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GetAsync_ServerThatNeverAnswers_FailsAtItsDeadline()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        using var client = new KubernetesClient(server.Configuration(), new KubernetesClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) });

        var exception = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.True(exception.IsUnreachable);
        Assert.Equal("GET /api/v1/namespaces/demo/configmaps/x got no answer within 0.3 s.", exception.Message);
    }

    [Fact]
    public async Task GetAsync_AnswerLargerThanTheBound_IsRefused()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) =>
            Answers.JsonAsync(context, 200, new JsonObject { ["data"] = new string('x', 100_000) }));
        using var client = new KubernetesClient(server.Configuration(), new KubernetesClientOptions { MaxResponseBytes = 10_000 });

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token))).IsUnreachable);
    }

    [Fact]
    public async Task GetAsync_NoServer_IsUnreachableAndNamesTheServer()
    {
        var server = await FaultyApiServer.StartAsync((_, _) => Task.CompletedTask);
        var configuration = server.Configuration();
        using var client = new KubernetesClient(configuration);
        await server.DisposeAsync();

        var exception = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync(ConfigMaps.Type, "x", "demo", s_token));

        Assert.True(exception.IsUnreachable);
        Assert.Equal($"GET /api/v1/namespaces/demo/configmaps/x failed: Connection refused ({configuration.Host.Authority}).", exception.Message);
    }

    [Fact]
    public async Task UpdateStatusAsync_TypedEntity_IsPutWithItsVersionToTheSubresource()
    {
        await using var server = await FaultyApiServer.StartAsync((request, context) => Answers.JsonAsync(context, 200, JsonNode.Parse(request.Body)));
        using var client = new KubernetesClient(server.Configuration());
        var lease = new V1Lease { Metadata = new V1ObjectMeta { Name = "l", NamespaceProperty = "demo", ResourceVersion = "5" } };

        await client.UpdateStatusAsync(BuiltInEntities.Leases, lease, new WriteOptions { FieldManager = "kafkamesh" }, s_token);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("PUT", "/apis/coordination.k8s.io/v1/namespaces/demo/leases/l/status", "kafkamesh"), (request.Method, request.Path, request.Query["fieldManager"]));
        var body = JsonNode.Parse(request.Body)!;
        Assert.Equal("5", (string?)body["metadata"]!["resourceVersion"]);
        Assert.Equal(("coordination.k8s.io/v1", "Lease"), ((string?)body["apiVersion"], (string?)body["kind"]));
    }

    [Theory]
    [InlineData("apply", "application/apply-patch+yaml")]
    [InlineData("merge", "application/merge-patch+json")]
    [InlineData("strategic", "application/strategic-merge-patch+json")]
    [InlineData("json", "application/json-patch+json")]
    public async Task PatchAsync_EveryKind_HasItsMediaType(string kind, string mediaType)
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.JsonAsync(context, 200, ConfigMaps.Named("x")));
        using var client = new KubernetesClient(server.Configuration());
        var patch = kind switch
        {
            "apply" => V1Patch.Apply(ConfigMaps.Type, ConfigMaps.Named("x")),
            "merge" => V1Patch.Merge([]),
            "strategic" => V1Patch.StrategicMerge([]),
            _ => V1Patch.Json([]),
        };

        await client.PatchAsync(ConfigMaps.Type, patch, "x", "demo", new WriteOptions { FieldManager = "m", Force = true, DryRun = true }, s_token);

        var request = Assert.Single(server.Requests);
        Assert.Equal(mediaType, request.Headers["Content-Type"]);
        Assert.Equal(("m", "true", "All"), (request.Query["fieldManager"], request.Query["force"], request.Query["dryRun"]));
    }

    [Fact]
    public async Task DeleteAsync_GoneObject_IsNoError()
    {
        await using var server = await FaultyApiServer.StartAsync((request, context) => request.Path.EndsWith("/gone", StringComparison.Ordinal)
            ? Answers.StatusAsync(context, 404, "NotFound", "gone")
            : Answers.JsonAsync(context, 200, new JsonObject { ["kind"] = "Status", ["status"] = "Success" }));
        using var client = new KubernetesClient(server.Configuration());

        Assert.False(await client.DeleteAsync(ConfigMaps.Type, "gone", "demo", cancellationToken: s_token));
        Assert.True(await client.DeleteAsync(ConfigMaps.Type, "here", "demo", new DeleteOptions { PreconditionUid = "u" }, s_token));
        Assert.Equal("u", (string?)JsonNode.Parse(server.Requests[1].Body)!["preconditions"]!["uid"]);
    }

    [Fact]
    public async Task GetAsync_ManagedFields_AreDroppedAndUnknownFieldsKept()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.PieceAsync(
            context, """{"metadata":{"name":"x","managedFields":[{"manager":"m"}]},"fieldOfAFutureVersion":{"a":[1]}}"""));
        using var client = new KubernetesClient(server.Configuration());

        var read = await client.GetAsync(ConfigMaps.Type, "x", "demo", s_token);

        Assert.Equal("""{"metadata":{"name":"x"},"fieldOfAFutureVersion":{"a":[1]}}""", read!.ToJsonString());
    }

    [Theory]
    [InlineData(200)]
    [InlineData(304)]
    [InlineData(503)]
    public async Task OpenAsync_AnyStatus_IsTheCallersToJudgeAsSoonAsItsHeadIsThere(int status)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await FaultyApiServer.StartAsync(async (_, context) =>
        {
            context.Response.StatusCode = status;
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await end.Task;
        });
        using var client = new KubernetesClient(server.Configuration());

        using var response = await client.OpenAsync("api/v1/namespaces/a/services/b:c/proxy/d?e=f", "text/event-stream", [new("X-Test", "value")], s_token);

        end.SetResult();
        Assert.Equal(status, (int)response.StatusCode);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("/api/v1/namespaces/a/services/b:c/proxy/d", "f"), (request.Path, request.Query["e"]));
        Assert.Equal(("text/event-stream", "value"), (request.Headers["Accept"], request.Headers["X-Test"]));
    }

    [Fact]
    public async Task SendAsync_FiveHundredRequests_ShareConnectionsAndKeepTheirAnswers()
    {
        await using var server = await FaultyApiServer.StartAsync((request, context) =>
            Answers.JsonAsync(context, 200, ConfigMaps.Named(request.Path.Split('/')[^1])));
        using var client = new KubernetesClient(server.Configuration());

        var names = await Task.WhenAll(Enumerable.Range(0, 500).Select(async number =>
            (string)(await client.GetAsync(ConfigMaps.Type, $"n{number}", "demo", s_token))!["metadata"]!["name"]!));

        Assert.Equal(Enumerable.Range(0, 500).Select(number => $"n{number}"), names);
        Assert.All(server.Requests, request => Assert.Equal("HTTP/2", request.Protocol));
    }

    [Fact]
    public async Task WatchAsync_EventLargerThanTheBound_EndsTheWatch()
    {
        await using var server = await FaultyApiServer.StartAsync((_, context) => Answers.PieceAsync(context, new string('x', 200_000)));
        using var client = new KubernetesClient(server.Configuration(), new KubernetesClientOptions { MaxWatchEventBytes = 50_000 });

        var exception = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var unexpected in client.WatchAsync(ConfigMaps.Type, "demo", new WatchOptions(), s_token))
            {
                Assert.Fail($"got {unexpected}");
            }
        });

        Assert.Contains("larger than 50000 bytes", exception.Message, StringComparison.Ordinal);
    }
}
