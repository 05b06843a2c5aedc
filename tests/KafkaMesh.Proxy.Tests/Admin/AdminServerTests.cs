using System.Net.Sockets;
using System.Text;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class AdminServerTests
{
    [Fact]
    public async Task Get_HttpClient_KeepsItsConnection()
    {
        using var rig = new AdminRig();
        using Socket probe = rig.Connect();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{probe.RemoteEndPoint}") };
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage answer = await client.GetAsync("/metrics?x=1");
            Assert.Equal("a_metric 1\n", await answer.Content.ReadAsStringAsync());
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
            Assert.NotEqual(true, answer.Headers.ConnectionClose);
        }
    }

    [Fact]
    public void Get_MetricsAsOpenMetrics_EndsAsTheFormatDemands()
    {
        using var rig = new AdminRig();
        string answer = rig.Ask("GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: application/openmetrics-text; version=1.0.0\r\nConnection: close\r\n\r\n");
        Assert.Contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\na_metric 1\n# EOF\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    public void Get_Probe_SaysWhyNot(string path)
    {
        using var rig = new AdminRig();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", rig.Get(path), StringComparison.Ordinal);
        rig.NotLive = rig.NotReady = "the reason";
        string answer = rig.Get(path);
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nthe reason\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Head_Metrics_HasLengthAndNoBody()
    {
        using var rig = new AdminRig();
        string answer = rig.Get("/metrics", "HEAD");
        Assert.Contains("Content-Length: 11\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404 Not Found")]
    [InlineData("POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "405 Method Not Allowed")]
    [InlineData("GET /stats HTTP/1.1\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /stats HTTP/2.0\r\nHost: x\r\n\r\n", "400 Bad Request")]
    [InlineData("GET  /stats HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request")]
    [InlineData("GET stats HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /stats HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", "400 Bad Request")]
    [InlineData("GET /st\0ats HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0", "400 Bad Request")]
    [InlineData("\0\0\0\u0012\0\u0012\0\u0003", "400 Bad Request")]
    [InlineData(" \r\n\r\n", "400 Bad Request")]
    public void Request_Wrong_IsAnsweredByName(string request, string status)
    {
        using var rig = new AdminRig();
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", rig.Ask(request), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_HeadTooLong_Is431()
    {
        using var rig = new AdminRig();
        string answer = rig.Ask("GET /stats HTTP/1.1\r\nHost: x\r\nX: " + new string('x', RequestHead.MaxLength));
        Assert.StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Request_ByteByByte_IsUnderstood()
    {
        using var rig = new AdminRig();
        using Socket client = rig.Connect();
        client.NoDelay = true;
        foreach (byte b in "GET /metrics HTTP/1.0\r\n\r\n"u8)
        {
            client.SendAll([b]);
        }

        Assert.EndsWith("a_metric 1\n", Encoding.UTF8.GetString(client.ReceiveToEnd()), StringComparison.Ordinal);
    }

    [Fact]
    public void Request_NeverFinished_IsDroppedAfterItsTime()
    {
        using var rig = new AdminRig(new AdminSettings { RequestTimeout = TimeSpan.FromMilliseconds(200) });
        using Socket silent = rig.Connect();
        using Socket slow = rig.Connect();
        slow.SendAll("GET /metr"u8);
        Assert.Empty(silent.ReceiveToEnd());
        Assert.Empty(slow.ReceiveToEnd());
    }

    [Fact]
    public void Response_NeverRead_DoesNotStallOthersAndIsDropped()
    {
        using var rig = new AdminRig(new AdminSettings { ResponseTimeout = TimeSpan.FromMilliseconds(300) });
        rig.Metrics = new string('x', 20_000_000);
        using Socket greedy = rig.Connect();
        greedy.ReceiveBufferSize = 4096;
        greedy.SendAll("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"u8);
        Assert.StartsWith("HTTP/1.1 200 OK", rig.Get("/livez"), StringComparison.Ordinal);

        // Reads only once the server has given up: 20 MB did not fit into the kernel's buffers.
        Assert.True(SpinWait.SpinUntil(() => greedy.Poll(0, SelectMode.SelectError) || IsEnded(greedy), RelayRig.Deadline));
    }

    [Fact]
    public void Connect_MoreThanTheLimit_LongestWaitingGoes()
    {
        using var rig = new AdminRig(new AdminSettings { MaxConnections = 4 });
        List<Socket> idle = [.. Enumerable.Range(0, 20).Select(_ => rig.Connect())];
        Assert.StartsWith("HTTP/1.1 200 OK", rig.Get("/livez"), StringComparison.Ordinal);
        Assert.Empty(idle[0].ReceiveToEnd());
        idle.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Get_FiguresFail_Is500AndTheServerGoesOn()
    {
        using var rig = new AdminRig { Metrics = "" };
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", rig.Get("/metrics"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK", rig.Get("/livez"), StringComparison.Ordinal);
    }

    [Fact]
    public void Stats_FinalReaderGivesUp_NextReaderGetsItAgain()
    {
        using var rig = new AdminRig { IsDraining = true, CanFinish = true };
        Socket impatient = rig.Connect();
        impatient.SendAll("GET /stats HTTP/1.1\r\nHost: x\r\n\r\n"u8);
        Assert.True(impatient.Poll(RelayRig.Deadline, SelectMode.SelectRead)); // The answer is there, and unread when it closes.
        impatient.Close();

        Assert.StartsWith("HTTP/1.1 200 OK", rig.Get("/livez"), StringComparison.Ordinal);
        Assert.False(rig.FinalRead.IsSet);
        Assert.EndsWith("draining=True final=True", rig.Get("/stats"), StringComparison.Ordinal);
        Assert.True(rig.FinalRead.Wait(RelayRig.Deadline));
    }

    [Fact]
    public void Stats_Draining_FinalOnceIdleAndReportedWhenRead()
    {
        using var rig = new AdminRig();
        Assert.EndsWith("draining=False final=False", rig.Get("/stats"), StringComparison.Ordinal);
        rig.IsDraining = true;
        Assert.EndsWith("draining=True final=False", rig.Get("/stats"), StringComparison.Ordinal);
        rig.CanFinish = true;
        rig.Get("/stats", "HEAD");
        Assert.False(rig.FinalRead.IsSet);
        Assert.EndsWith("draining=True final=True", rig.Get("/stats"), StringComparison.Ordinal);
        Assert.True(rig.FinalRead.Wait(RelayRig.Deadline));
    }

    [Fact]
    public void Request_RandomBytes_NeverEndsTheServer()
    {
        using var rig = new AdminRig();
        var random = new Random(11);
        for (int i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            bytes[0] = (byte)random.Next('A', 'Z');
            using Socket client = rig.Connect();
            client.SendAll([.. bytes, .. "\r\n\r\n"u8]);
            Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(client.ReceiveExactly(12)), StringComparison.Ordinal);
        }

        Assert.StartsWith("HTTP/1.1 200 OK", rig.Get("/livez"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_PoursOnBehindItsRequest_IsCutOffAndOthersAreAnswered()
    {
        using var rig = new AdminRig();
        using Socket pouring = rig.Connect();
        pouring.SendAll("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8);
        int poured = 0;
        Task pour = Task.Run(() =>
        {
            for (byte[] chunk = new byte[1024 * 1024]; ; poured++)
            {
                pouring.SendAll(chunk);
            }
        });
        Assert.StartsWith("HTTP/1.1 200 OK", rig.Get("/livez"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SocketException>(() => pour.WaitAsync(RelayRig.Deadline));
        Assert.InRange(poured, 0, 32); // MiB: the buffers of both kernels, and what the server threw away.
    }

    private static bool IsEnded(Socket socket)
    {
        try
        {
            return socket.Send("x"u8) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
