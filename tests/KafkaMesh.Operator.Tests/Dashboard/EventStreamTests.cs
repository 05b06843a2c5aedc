using System.Net;
using System.Net.Sockets;
using System.Text;
using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Tests.Dashboard;

/// <summary>What readers of server-sent events are told, however many and however slow they are.</summary>
public sealed class EventStreamTests(DashboardFixture fixture) : IClassFixture<DashboardFixture>
{
    [Fact]
    public async Task Events_MonitorComesReportsAndGoes_AreWholeStatesWithGrowingIds()
    {
        await fixture.CreateNamespaceAsync("told");
        using var client = fixture.Client();
        using var stream = await EventReader.OpenAsync(client, "/api/v1/events?namespace=told&monitor=orders");
        await stream.NextAsync("gone");

        await fixture.ApplyMonitorAsync("told");
        await fixture.EntryAsync("orders.told.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("told", "a", "127.0.9.50", DashboardFixture.Full("told", 1, 100, uptime: 10));
        var list = await stream.NextAsync("monitors", m => m["monitors"]!.AsArray().Any(x => x!["namespace"]!.ToString() == "told"));
        Assert.Empty(new ContractSchemas().Check("MonitorList", list));
        var monitor = await stream.NextAsync("monitor", m => m["apis"]!.AsArray().Any(a => a!["requests"]!.GetValue<long>() == 100));
        Assert.Empty(new ContractSchemas().Check("Monitor", monitor));

        var ids = new List<long>();
        while (ids.Count < 4)
            ids.Add((await stream.NextAsync())!.Value.Id!.Value);
        Assert.Equal(ids.Distinct().Order(), ids);
        await fixture.Kubectl.RunAsync(null, "delete", "kafkamonitor", "orders", "-n", "told");
        await stream.NextAsync("gone");
    }

    [Fact]
    public async Task Events_NothingNew_HeartBeats()
    {
        using var client = fixture.Client();
        using var stream = await EventReader.OpenAsync(client, "/api/v1/events");
        await stream.NextAsync("monitors");
        await fixture.ApplyMonitorAsync("beats", intervalSeconds: 300);
        await stream.NextAsync("monitors", m => m["monitors"]!.AsArray().Any(x => x!["namespace"]!.ToString() == "beats" && x["conditions"]!.AsArray().Count == 4));

        // A monitor that is collected every five minutes says nothing for long: the next event is one that this test causes.
        var next = stream.NextAsync("monitors", m => m["monitors"]!.AsArray().Any(x => x!["namespace"]!.ToString() == "beats2"));
        await fixture.UntilAsync("a comment", () => Task.FromResult(stream.Comments > 0 || next.IsCompleted));
        await fixture.ApplyMonitorAsync("beats2", intervalSeconds: 300);
        await next;
        Assert.True(stream.Comments > 0);
    }

    [Fact]
    public async Task Events_ThousandsOfReaders_AreBoundedAndTheRestIsTold()
    {
        const int Readers = 2000;
        using var client = fixture.Client();
        await fixture.UntilAsync("no reader left from before", () => Task.FromResult(fixture.Process.Dashboard!.Endpoint.Events.Open == 0));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var answers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => client.GetAsync(new Uri("/api/v1/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead)));
        try
        {
            Assert.Equal(EventsHandler.MaxStreams, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
            var refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
            Assert.Equal(Readers - EventsHandler.MaxStreams, answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
            Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
            Assert.Contains("512 event streams are open", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(EventsHandler.MaxStreams, fixture.Process.Dashboard!.Endpoint.Events.Open);

            // Client and server are one process here: both ends of each stream count.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 128 * 1024 * 1024);
        }
        finally
        {
            foreach (var answer in answers)
                answer.Dispose();
        }
        await fixture.UntilAsync("places free again", () => Task.FromResult(fixture.Process.Dashboard!.Endpoint.Events.Open == 0));
        using var again = await EventReader.OpenAsync(client, "/api/v1/events");
    }

    [Fact]
    public async Task Events_ReaderThatTakesNothing_KeepsNobodyWaitingAndGetsTheLatest()
    {
        await fixture.ApplyMonitorAsync("slow");
        await fixture.EntryAsync("orders.slow.inject.kafkamesh.io");
        await using var sidecar = await fixture.StartPodAsync("slow", "a", "127.0.9.51", DashboardFixture.Full("slow", 1, 100, uptime: 10));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, fixture.Process.Dashboard!.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/v1/events?namespace=slow&monitor=orders HTTP/1.1\r\nHost: x\r\n\r\n"));
        using var client = fixture.Client();
        using var quick = await EventReader.OpenAsync(client, "/api/v1/events?namespace=slow&monitor=orders");
        for (var i = 2; i < 7; i++)
        {
            sidecar.Report = DashboardFixture.Full("slow", i, 100 * i, uptime: 10 * i);
            var requests = 100L * i;
            await quick.NextAsync("monitor", m => m["apis"]!.AsArray().Any(a => a!["requests"]!.GetValue<long>() == requests));
        }

        // What it finds when it reads at last ends with the newest state.
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!text.ToString().Contains("\"requests\":600", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, deadline.Token);
            Assert.NotEqual(0, read);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }
}
