using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Detection;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class ConnectionsTests
{
    [Fact]
    public void Connections_KafkaAndSilent_AreShownUntilTheyEnd()
    {
        using var rig = new AdminRig(loops: 2);
        IRelayObserver kafka = rig.Observe(loop: 1);
        IRelayObserver silent = rig.Observe(direction: RelayDirection.Inbound);
        kafka.OnBytes(RelayFlow.Request, Wire.Heartbeat(0), 0, 0);
        kafka.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(0), 0, 0);
        kafka.OnBytes(RelayFlow.Request, Wire.Heartbeat(1, "app\n\u202e"), 0, 0);
        kafka.OnBytes(RelayFlow.Request, Wire.Heartbeat(2, "app\n\u202e"), 0, 0);
        JsonElement[] table = Table(rig, "");
        Assert.Equal(2, table.Length);
        Assert.Equal(
            [
                1, "outbound", "kafka", "127.0.0.1:40000", "10.0.0.7:9092", Wire.Heartbeat(0).Length + (2 * Wire.Heartbeat(1, "app\n\u202e").Length),
                Wire.HeartbeatResponse(0).Length, 2, "app\\x0a\\xe2\\x80\\xae",
            ],
            Row(table[0]));
        Assert.Equal([2, "inbound", "silent", "127.0.0.1:40000", "10.0.0.7:9092", 0, 0, 0, ""], Row(table[1]));
        Assert.InRange(table[0].GetProperty("ageSeconds").GetDouble(), 0, 60);

        silent.OnClosed(RelayEnd.Closed, 0);
        kafka.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(1), 0, 0);
        JsonElement left = Assert.Single(Table(rig, ""));
        Assert.Equal((1, 2 * Wire.HeartbeatResponse(1).Length), (left.GetProperty("inFlight").GetInt32(), left.GetProperty("responseBytes").GetInt32()));
        kafka.OnClosed(RelayEnd.Closed, 0);
        Assert.Empty(Table(rig, ""));
    }

    [Fact]
    public void Connections_Tls_NamesServerAndProtocols()
    {
        using var rig = new AdminRig();
        RecordedConnection recorded = RecordedConnection.Read(ForeignRecording.All().Single(row => row.Name == "tls13").File)[0];
        rig.Observe().OnBytes(RelayFlow.Request, recorded.Joined().First(piece => piece.Flow == RelayFlow.Request).Bytes, 0, 0);
        JsonElement row = Assert.Single(Table(rig, ""));
        Assert.Equal("tls", row.GetProperty("protocol").GetString());
        Assert.Equal("""{"serverName":"broker.example","alpn":["kafka","h2","http/1.1"]}""", row.GetProperty("tls").GetRawText());
    }

    [Fact]
    public void Connections_Many_ComeInPages()
    {
        using var rig = new AdminRig(loops: 3);
        for (int i = 0; i < 2500; i++)
        {
            _ = rig.Observe(loop: i % 3);
        }

        var ids = new List<long>();
        for (long? after = 0; after is not null;)
        {
            using JsonDocument page = Read(rig, $"?after={after}");
            Assert.Equal(2500, page.RootElement.GetProperty("open").GetInt32());
            List<long> page1 = [.. page.RootElement.GetProperty("connections").EnumerateArray().Select(row => row.GetProperty("id").GetInt64())];
            Assert.InRange(page1.Count, 1, ConnectionQuery.MaxLimit);
            ids.AddRange(page1);
            after = page.RootElement.TryGetProperty("next", out JsonElement next) ? next.GetInt64() : null;
        }

        Assert.Equal(Enumerable.Range(1, 2500).Select(id => (long)id), ids);
        Assert.Equal(7, Table(rig, "?limit=7").Length);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?after=x")]
    [InlineData("?token=x")]
    public void Connections_WrongQuery_SaysWhatIsAccepted(string query)
    {
        using var rig = new AdminRig();
        Assert.EndsWith("\r\n\r\nthe query may have after=ID and limit=N, 1 to 1000\n", rig.Get("/connections" + query), StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_WhileTheyComeGoAndSpeak_IsAlwaysWhole()
    {
        using var rig = new AdminRig();
        using var stop = new CancellationTokenSource();
        var loop = new Thread(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                IRelayObserver connection = rig.Observe();
                connection.OnBytes(RelayFlow.Request, Wire.Heartbeat(1, new string('a', 1 + (i % 200))), 0, 0);
                connection.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(1), 0, 0);
                connection.OnBytes(RelayFlow.Request, Wire.Heartbeat(2, new string('b', 1 + (i % 200))), 0, 0);
                connection.OnClosed(RelayEnd.Closed, 0);
            }
        });
        loop.Start();
        try
        {
            for (int i = 0; i < 300; i++)
            {
                foreach (JsonElement row in Table(rig, ""))
                {
                    string client = row.TryGetProperty("clientId", out JsonElement id) ? id.GetString()! : "";
                    Assert.True(client.Distinct().Count() <= 1, client);
                }
            }
        }
        finally
        {
            stop.Cancel();
            loop.Join();
        }
    }

    [Fact]
    public void Answers_LongAndUnread_HoldNoMoreThanTheBudget()
    {
        using var rig = new AdminRig(new AdminSettings { AnswerBudget = 50_000_000 });
        rig.Metrics = new string('x', 20_000_000);
        List<Socket> greedy = [];
        for (int i = 0; i < 8; i++)
        {
            Socket client = rig.Connect();
            client.SendAll("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"u8);
            greedy.Add(client);
            Assert.StartsWith("HTTP/1.1 200", rig.Get("/livez"), StringComparison.Ordinal);
        }

        int whole = greedy.Count(client => ReceivedWhole(client));
        Assert.InRange(whole, 1, 3);
        greedy.ForEach(client => client.Dispose());
    }

    private static bool ReceivedWhole(Socket client)
    {
        try
        {
            _ = client.ReceiveExactly(20_000_000);
            return true;
        }
        catch (Exception e) when (e is SocketException or Xunit.Sdk.XunitException)
        {
            return false;
        }
    }

    private static JsonElement[] Table(AdminRig rig, string query)
    {
        using JsonDocument document = Read(rig, query);
        return [.. document.RootElement.Clone().GetProperty("connections").EnumerateArray()];
    }

    private static JsonDocument Read(AdminRig rig, string query)
    {
        string answer = rig.Get("/connections" + query);
        Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", answer, StringComparison.Ordinal);
        return JsonDocument.Parse(Encoding.UTF8.GetBytes(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
    }

    private static object[] Row(JsonElement row) =>
    [
        row.GetProperty("id").GetInt32(), row.GetProperty("direction").GetString()!, row.GetProperty("protocol").GetString()!,
        row.GetProperty("client").GetString()!, row.GetProperty("broker").GetString()!, row.GetProperty("requestBytes").GetInt32(),
        row.GetProperty("responseBytes").GetInt32(), row.GetProperty("inFlight").GetInt32(),
        row.TryGetProperty("clientId", out JsonElement client) ? client.GetString()! : "",
    ];
}
