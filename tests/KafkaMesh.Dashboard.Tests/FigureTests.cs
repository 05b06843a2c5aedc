using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaMesh.EndToEnd;

namespace KafkaMesh.Dashboard.Tests;

/// <summary>What the page shows is what the status and the sidecars' /metrics say.</summary>
[Collection<LiveMeshCollection>]
public sealed partial class FigureTests(LiveMesh mesh, Browser browser)
{
    [Fact]
    public async Task MonitorPage_AfterAKnownNumberOfRecords_EqualsStatusAndMetrics()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh.Mesh);
        await orders.StartClientAsync("producer", "enabled", "-b", "kafka:9092", "-P", "-t", "orders", "-l", "/messages/messages.txt");
        await orders.DoneAsync("producer");
        await orders.StartClientAsync("consumer", "enabled", "-b", "kafka:9092", "-C", "-t", "orders", "-o", "beginning", "-u");
        await orders.ReadyAsync("consumer");
        var status = (await Kubectl.UntilAsync("the status counts every record", TimeSpan.FromSeconds(60), orders.MonitorAsync, HasAll))!["status"]!;
        var metrics = await mesh.Kubectl.RunAsync("get", "--raw", $"/api/v1/namespaces/{OrdersScenario.Namespace}/pods/consumer:4594/proxy/metrics");

        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync($"/monitors/{OrdersScenario.Namespace}/orders/topics");
        Assert.Equal(OrdersScenario.Messages, await page.FigureAsync("recordsOut-orders"));
        Assert.Equal(OrdersScenario.Messages, await page.FigureAsync("recordsIn-orders"));
        Assert.Equal(Metric(metrics, "kafkamesh_topic_records_total{direction=\"outbound\",api=\"Fetch\",topic=\"orders\"}"), await page.FigureAsync("recordsIn-orders"));

        // The producer has sent everything: what it did stays in the sums and changes no more.
        await page.GoAsync($"/monitors/{OrdersScenario.Namespace}/orders/apis");
        var produce = status["apiKeys"]!.AsArray().Single(a => a!["name"]!.ToString() == "Produce")!;
        Assert.Equal(produce["requests"]!.GetValue<long>(), await page.FigureAsync("requests-Produce"));
        Assert.Equal(Rounded(produce["latencyMilliseconds"]!["p99"]!.GetValue<double>()), Rounded(await page.FigureAsync("p99-Produce")));

        await page.GoAsync("/");
        var row = page.Page.Locator($"[data-monitor=\"{OrdersScenario.Namespace}/orders\"]");
        Assert.Equal(status["pods"]!["reporting"]!.GetValue<int>(), await page.FigureAsync("podsReporting", row));
        Assert.Equal(status["pods"]!["selected"]!.GetValue<int>(), await page.FigureAsync("podsSelected", row));
        page.AssertQuiet();
    }

    [Fact]
    public async Task MonitorPage_InASentence_SaysWhatThePodsProduceAndConsume()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/monitors/demo/orders");
        var sentence = page.Page.Locator(".in-words");
        await sentence.GetByText("consume").WaitForAsync();
        Assert.Matches(
            @"^These pods produce [0-9.]+ records a second to orders and consume [0-9.]+ records a second from orders(, in (group \S+|[0-9]+ groups))?\.$",
            await sentence.InnerTextAsync());
        await sentence.GetByRole(Microsoft.Playwright.AriaRole.Link).First.ClickAsync();
        await page.FigureAsync("recordsOut-orders");
        page.AssertQuiet();
    }

    [Fact]
    public async Task MonitorPage_ErrorsBytesThrottlingGroupsAndClients_EqualStatusAndMetrics()
    {
        await using var orders = await OrdersScenario.StartAsync(mesh.Mesh);
        await mesh.Mesh.ApplyAsync(Repository.TestData("figures-pods.yaml"));
        await orders.ReadyAsync("figures");
        var metrics = await mesh.Kubectl.RunAsync("get", "--raw", $"/api/v1/namespaces/{OrdersScenario.Namespace}/pods/figures:4594/proxy/metrics");
        const string Error = "{direction=\"outbound\",api=\"ListOffsets\",error=\"UNKNOWN_TOPIC_OR_PARTITION\"}";
        const string Throttle = "{direction=\"outbound\",api=\"ApiVersions\"}";
        var rebalances = Metric(metrics, "kafkamesh_group_rebalances_total{group=\"figures-group\"}");
        var status = (await Kubectl.UntilAsync("the status knows the group", TimeSpan.FromSeconds(60), orders.MonitorAsync, m =>
            (m?["status"]?["groups"] as JsonArray)?.Any(g => g!["rebalances"]!.GetValue<double>() == rebalances && g["members"]!.GetValue<int>() == 1) == true))!["status"]!;
        await using var page = await browser.OpenAsync(mesh.Address);

        await page.GoAsync($"/monitors/{OrdersScenario.Namespace}/orders/errors");
        var error = status["errors"]!.AsArray().Single(e => e!["name"]!.ToString() == "ListOffsets" && e["error"]!.ToString() == "UNKNOWN_TOPIC_OR_PARTITION")!;
        Assert.Equal((3.0, 3.0, 3.0), (await page.FigureAsync("errors-ListOffsets-UNKNOWN_TOPIC_OR_PARTITION"), error["count"]!.GetValue<double>(), Metric(metrics, "kafkamesh_response_errors_total" + Error)));
        var throttled = await page.FigureAsync("throttled-ApiVersions");
        Assert.Equal((500.0, 0.5, 0.5), (throttled, status["traffic"]!["throttledSeconds"]!.GetValue<double>(), Metric(metrics, "kafkamesh_throttle_seconds_total" + Throttle)));

        await page.GoAsync($"/monitors/{OrdersScenario.Namespace}/orders/topics");
        var topic = status["topics"]!.AsArray().Single(t => t!["name"]!.ToString() == "orders")!;
        foreach (var (figure, api) in ((string, string)[])[("In", "Fetch"), ("Out", "Produce")])
        {
            var labels = $"{{direction=\"outbound\",api=\"{api}\",topic=\"orders\"}}";
            var bytes = await page.FigureAsync($"bytes{figure}-orders");
            Assert.True(bytes > 0);
            Assert.Equal((bytes, bytes), (topic[$"bytes{figure}"]!.GetValue<double>(), Metric(metrics, "kafkamesh_topic_bytes_total" + labels)));
            Assert.Equal((100.0, 100.0), (await page.FigureAsync($"records{figure}-orders"), Metric(metrics, "kafkamesh_topic_records_total" + labels)));
        }

        await page.GoAsync($"/monitors/{OrdersScenario.Namespace}/orders/groups");
        Assert.Equal((1.0, 1.0), (await page.FigureAsync("members-figures-group"), Metric(metrics, "kafkamesh_group_members{group=\"figures-group\"}")));
        Assert.Equal(rebalances, await page.FigureAsync("rebalances-figures-group"));

        // Clients stand in no status: the page's rows are what the sidecar's series say.
        await page.GoAsync($"/monitors/{OrdersScenario.Namespace}/orders/clients");
        await page.Page.Locator("tbody th bdi").First.WaitForAsync();
        var clients = await page.Page.Locator("tbody tr").EvaluateAllAsync<string[]>(
            "all => all.map(row => [...row.cells].slice(0, 3).map((cell, index) => (cell.querySelector('bdi') ?? { textContent: '' }).textContent).join('|'))");
        var series = ClientSeries().Matches(metrics).Select(m => $"{m.Groups["id"]}|{m.Groups["software"]}|{m.Groups["version"]}").ToList();
        Assert.Contains("figures-raw|figures|1.2", series);
        Assert.Equal(series.Order(StringComparer.Ordinal), clients.Order(StringComparer.Ordinal));
        page.AssertQuiet();
    }

    [Fact]
    public async Task Overview_WithLiveTraffic_ShowsWhatTheApiSaysAndFollowsIt()
    {
        await using var page = await browser.OpenAsync(mesh.Address);
        await page.GoAsync("/");
        var row = page.Page.Locator("[data-monitor=\"demo/orders\"]");
        var first = await page.FigureAsync("requestsPerSecond", row);

        // Another figure comes by itself, and one of those that the API answers with.
        await page.Page.WaitForFunctionAsync(
            "first => document.querySelector('[data-monitor=\"demo/orders\"] [data-figure=requestsPerSecond]').value !== first",
            first.ToString("R", CultureInfo.InvariantCulture));
        await Kubectl.UntilAsync(
            "page and API agree",
            TimeSpan.FromSeconds(30),
            async () => (Page: await page.FigureAsync("requestsPerSecond", row), Api: await ApiRateAsync()),
            pair => Math.Abs(pair.Page - pair.Api) < 1e-9);
        Assert.True(first > 0);
        page.AssertQuiet();
    }

    private async Task<double> ApiRateAsync()
    {
        using var client = new HttpClient();
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri(mesh.Address, "api/v1/monitors")))!;
        return list["monitors"]!.AsArray().Single(m => m!["name"]!.ToString() == "orders" && m["namespace"]!.ToString() == "demo")!["traffic"]!["requestsPerSecond"]!.GetValue<double>();
    }

    private static bool HasAll(JsonObject? monitor)
    {
        var topic = (monitor?["status"]?["topics"] as JsonArray)?.FirstOrDefault(t => t!["name"]!.ToString() == "orders");
        return topic?["recordsIn"]?.GetValue<long>() == OrdersScenario.Messages && topic["recordsOut"]?.GetValue<long>() == OrdersScenario.Messages;
    }

    private static double Metric(string metrics, string series) =>
        double.Parse(metrics.Split('\n').Single(l => l.StartsWith(series + " ", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);

    [GeneratedRegex("^kafkamesh_client_info\\{client_id=\"(?<id>[^\"]*)\",software=\"(?<software>[^\"]*)\",software_version=\"(?<version>[^\"]*)\"\\}", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ClientSeries();

    // The status keeps three significant digits.
    private static double Rounded(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
