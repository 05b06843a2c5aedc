using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer;

/// <summary>Watches over HTTP with the writes that drive them, which the transcripts leave out.</summary>
public sealed class WatchTests
{
    private const string ConfigMaps = "api/v1/namespaces/default/configmaps?watch=1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_CreateChangeDelete_ShowsEachOnceWithGrowingVersions()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        await using var watch = await WatchLines.OpenAsync(cluster, $"{ConfigMaps}&resourceVersion={cluster.Server.Store.Version}");
        var client = cluster.ClientFor("tester");
        await client.CreateAsync(ConfigMap("a", "1"), Cancel);
        await ChangeAsync(client, "a", map => map["data"] = new JsonObject { ["k"] = "2" });
        await ChangeAsync(client, "a", map => map["data"] = new JsonObject { ["k"] = "2" });
        await client.DeleteAsync("v1", "ConfigMap", "default", "a", new DeleteRequest(), Cancel);
        var events = new[] { await watch.NextAsync(), await watch.NextAsync(), await watch.NextAsync() };
        Assert.Equal(["ADDED", "MODIFIED", "DELETED"], events.Select(e => e["type"]!.GetValue<string>()));
        var versions = events.Select(e => long.Parse(e["object"]!["metadata"]!["resourceVersion"]!.GetValue<string>())).ToList();
        Assert.Equal(versions.Order(), versions);
        Assert.Equal(3, versions.Distinct().Count());
    }

    [Fact]
    public async Task Watch_ObjectLeavesAndEntersTheSelection_ShowsDeletedAndAdded()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        await using var watch = await WatchLines.OpenAsync(cluster, $"{ConfigMaps}&labelSelector=sel%3Dyes&resourceVersion={cluster.Server.Store.Version}");
        var client = cluster.ClientFor("tester");
        await client.CreateAsync(ConfigMap("a", "1"), Cancel);
        await ChangeAsync(client, "a", map => map["metadata"]!["labels"] = new JsonObject { ["sel"] = "yes" });
        await ChangeAsync(client, "a", map => map["metadata"]!["labels"] = new JsonObject { ["sel"] = "no" });
        var entered = await watch.NextAsync();
        var left = await watch.NextAsync();
        Assert.Equal("ADDED", entered["type"]!.GetValue<string>());
        Assert.Equal("DELETED", left["type"]!.GetValue<string>());
        Assert.Equal("yes", left["object"]!["metadata"]!["labels"]!["sel"]!.GetValue<string>());
    }

    [Fact]
    public async Task Watch_SendInitialEvents_EndsThemWithAnAnnotatedBookmark()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        await cluster.ClientFor("tester").CreateAsync(ConfigMap("a", "1"), Cancel);
        await using var watch = await WatchLines.OpenAsync(
            cluster, $"{ConfigMaps}&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
        Assert.Equal("ADDED", (await watch.NextAsync())["type"]!.GetValue<string>());
        var bookmark = await watch.NextAsync();
        Assert.Equal("BOOKMARK", bookmark["type"]!.GetValue<string>());
        Assert.Equal("true", bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>());
    }

    [Fact]
    public async Task Watch_VersionThatLeftTheHistory_EndsWithAnErrorEvent()
    {
        var options = new PlaygroundClusterOptions { Server = new ApiServerOptions { Store = new StoreOptions { HistoryLength = 4 } } };
        await using var cluster = await PlaygroundCluster.StartAsync(options, Cancel);
        await using var watch = await WatchLines.OpenAsync(cluster, $"{ConfigMaps}&resourceVersion=1");
        var error = await watch.NextAsync();
        Assert.Equal("ERROR", error["type"]!.GetValue<string>());
        Assert.Equal(410, error["object"]!["code"]!.GetValue<int>());
        Assert.StartsWith("too old resource version: 1 (", error["object"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(await watch.ReadLineAsync());
    }

    [Fact]
    public async Task Watch_Table_SendsColumnsInTheFirstEventOnly()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        var client = cluster.ClientFor("tester");
        await client.CreateAsync(ConfigMap("a", "1"), Cancel);
        await client.CreateAsync(ConfigMap("b", "1"), Cancel);
        await using var watch = await WatchLines.OpenAsync(cluster, ConfigMaps, "application/json;as=Table;g=meta.k8s.io;v=v1");
        Assert.NotNull((await watch.NextAsync())["object"]!["columnDefinitions"]);
        var second = (JsonObject)(await watch.NextAsync())["object"]!;
        Assert.True(second.ContainsKey("columnDefinitions"));
        Assert.Null(second["columnDefinitions"]);
    }

    [Fact]
    public async Task Watch_DeletionWithFinalizer_IsModifiedThenDeleted()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        var client = cluster.ClientFor("tester");
        var held = ConfigMap("a", "1");
        held["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        await client.CreateAsync(held, Cancel);
        await using var watch = await WatchLines.OpenAsync(cluster, $"{ConfigMaps}&resourceVersion={cluster.Server.Store.Version}");
        await client.DeleteAsync("v1", "ConfigMap", "default", "a", new DeleteRequest(), Cancel);
        await ChangeAsync(client, "a", map => ((JsonObject)map["metadata"]!).Remove("finalizers"));
        var marked = await watch.NextAsync();
        Assert.Equal("MODIFIED", marked["type"]!.GetValue<string>());
        Assert.NotNull(marked["object"]!["metadata"]!["deletionTimestamp"]);
        Assert.Equal("DELETED", (await watch.NextAsync())["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Watch_PodDeletedAtOnce_IsMarkedThenDeleted()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);
        var client = cluster.ClientFor("tester");
        await client.CreateAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = "default" } }, Cancel);
        await client.CreateAsync((JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default"},"spec":{"containers":[{"name":"c","image":"x"}]}}""")!, Cancel);
        await using var watch = await WatchLines.OpenAsync(cluster, $"api/v1/namespaces/default/pods?watch=1&resourceVersion={cluster.Server.Store.Version}");
        await client.DeleteAsync("v1", "Pod", "default", "p", new DeleteRequest(), Cancel);
        var marked = await watch.NextAsync();
        Assert.Equal("MODIFIED", marked["type"]!.GetValue<string>());
        Assert.Equal(0, marked["object"]!["metadata"]!["deletionGracePeriodSeconds"]!.GetValue<int>());
        Assert.Equal("DELETED", (await watch.NextAsync())["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Watch_EndsByItsTimeout_SendsNoBookmark()
    {
        await using var cluster = await PlaygroundCluster.StartAsync(cancel: Cancel);

        // The end of the watch raced with the wait for the next bookmark: one watch proves little.
        var lines = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            await using var watch = await WatchLines.OpenAsync(cluster, $"{ConfigMaps}&resourceVersion={cluster.Server.Store.Version}&allowWatchBookmarks=true&timeoutSeconds=1");
            return await watch.ReadLineAsync();
        }));
        Assert.All(lines, Assert.Null);
    }

    private static Task ChangeAsync(IClusterClient client, string name, Action<JsonObject> change) =>
        client.ModifyAsync("v1", "ConfigMap", "default", name, "", map => { change(map); return true; }, Cancel);

    private static JsonObject ConfigMap(string name, string value) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["data"] = new JsonObject { ["k"] = value },
    };

    private sealed class WatchLines : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
        private readonly HttpClient _http;
        private readonly StreamReader _reader;

        private WatchLines(HttpClient http, StreamReader reader) => (_http, _reader) = (http, reader);

        public static async Task<WatchLines> OpenAsync(PlaygroundCluster cluster, string path, string accept = "application/json")
        {
            var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 server && cluster.Server.Authority.HasIssued(server);
            var http = new HttpClient(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cluster.Address, path));
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Server.AdminToken);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel).WaitAsync(Patience, Cancel);
            response.EnsureSuccessStatusCode();
            return new WatchLines(http, new StreamReader(await response.Content.ReadAsStreamAsync(Cancel)));
        }

        public async Task<string?> ReadLineAsync() => await _reader.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);

        public async Task<JsonObject> NextAsync() => (JsonObject)JsonNode.Parse(await ReadLineAsync() ?? throw new EndOfStreamException("The watch ended."))!;

        public ValueTask DisposeAsync()
        {
            _reader.Dispose();
            _http.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
