using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Admin;

public sealed class TapTests
{
    private static readonly long s_millisecond = Ticks.From(TimeSpan.FromMilliseconds(1));

    [Fact]
    public void Tap_RequestAndResponse_AreShownWithEverything()
    {
        using var rig = new AdminRig();
        using var tap = new TapReader(rig, "");
        Assert.Equal("HTTP/1.1 200 OK", tap.Status);
        Assert.Contains("Content-Type: text/event-stream", tap.Fields);
        Assert.DoesNotContain(tap.Fields, field => field.StartsWith("Content-Length", StringComparison.Ordinal));
        IRelayObserver connection = rig.Observe();
        long now = Stopwatch.GetTimestamp();
        connection.OnBytes(RelayFlow.Request, Wire.Produce(7, 1, "orders", Wire.Batch(1, 10)), now, now);
        connection.OnBytes(RelayFlow.Response, Wire.ProduceResponse(7, "orders", error: 6), now + (3 * s_millisecond), now + (4 * s_millisecond));

        (string name, JsonElement request) = tap.Next();
        Assert.Equal("request", name);
        Assert.InRange(request.GetProperty("time").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal(
            """{"direction":"outbound","connection":1,"api":"Produce","apiKey":0,"version":3,"correlationId":7,"clientId":"c","size":114,"topics":["orders"]}""",
            WithoutTime(request));
        (name, JsonElement response) = tap.Next();
        Assert.Equal("response", name);
        Assert.Equal(
            """{"direction":"outbound","connection":1,"api":"Produce","apiKey":0,"version":3,"correlationId":7,"clientId":"c","size":46,"latencyMilliseconds":3,"errors":["NOT_LEADER_OR_FOLLOWER"],"topics":["orders"]}""",
            WithoutTime(response));
    }

    [Theory]
    [InlineData("?api=Heartbeat", "request 2,response 2")]
    [InlineData("?api=heartbeat,3", "request 2,response 2")]
    [InlineData("?api=0&topic=orders", "request 1,response 1")]
    [InlineData("?topic=order%73", "request 1,response 1")]
    [InlineData("?client=other", "request 3")]
    [InlineData("?errors", "response 2")]
    [InlineData("?errors=false&connection=2", "request 4")]
    public void Tap_Filter_ShowsWhatMatches(string query, string expected)
    {
        using var rig = new AdminRig();
        TapFilter filter = TapFilter.Read(query[1..], out string? error);
        Assert.Null(error);
        Tap tap = rig.Traffic.OpenTap(filter)!;
        IRelayObserver first = rig.Observe();
        first.OnBytes(RelayFlow.Request, Wire.Produce(1, 1, "orders", Wire.Batch(1, 10)), 0, 0);
        first.OnBytes(RelayFlow.Response, Wire.ProduceResponse(1, "orders"), 0, 0);
        first.OnBytes(RelayFlow.Request, Wire.Heartbeat(2), 0, 0);
        first.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(2, error: 27), 0, 0);
        first.OnBytes(RelayFlow.Request, Wire.Request(18, 0, 3, "other", []), 0, 0);
        rig.Observe().OnBytes(RelayFlow.Request, Wire.Produce(4, 1, "payments", []), 0, 0);
        var seen = new List<string>();
        while (tap.Take() is { } entry)
        {
            seen.Add($"{MetricLabels.Of(entry.Frame.Flow)} {entry.Frame.CorrelationId}");
        }

        Assert.Equal(expected, string.Join(',', seen));
    }

    /// <summary>A topic that metrics can only name by its id is found by it.</summary>
    [Fact]
    public void Tap_UnknownTopicId_IsShownAndFoundByItsText()
    {
        using var rig = new AdminRig();
        byte[] id = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        Tap tap = rig.Traffic.OpenTap(TapFilter.Read("topic=AQIDBAUGBwgJCgsMDQ4PEA", out _))!;
        byte[] batch = Wire.Batch(2, 10);
        rig.Observe().OnBytes(
            RelayFlow.Request,
            Wire.Request(0, 13, 1, "c", [0, .. Wire.Int16(1), .. Wire.Int32(1000), 2, .. id, 2, .. Wire.Int32(0), (byte)(batch.Length + 1), .. batch, 0, 0, 0], flexible: true),
            0,
            0);
        Assert.Equal(["AQIDBAUGBwgJCgsMDQ4PEA"], tap.Take()!.Topics.Select(Encoding.UTF8.GetString));
        Assert.Null(tap.Take());
    }

    /// <summary>A response that tells the name of an id names one topic, not two.</summary>
    [Fact]
    public void Tap_TopicIdWithItsName_IsShownByTheNameOnly()
    {
        using var rig = new AdminRig();
        byte[] id = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        Tap tap = rig.Traffic.OpenTap(TapFilter.Read("api=Metadata", out _))!;
        IRelayObserver connection = rig.Observe();
        connection.OnBytes(RelayFlow.Request, Wire.Request(3, 12, 1, "c", [0, 0, 0, 0], flexible: true), 0, 0);
        connection.OnBytes(
            RelayFlow.Response,
            Wire.Response(1, [.. Wire.Int32(0), 1, 0, .. Wire.Int32(1), 2, .. Wire.Int16(0), .. Wire.CompactString("orders"), .. id, 0, 1, .. Wire.Int32(0), 0, 0], flexible: true),
            0,
            0);
        Assert.Empty(tap.Take()!.Topics);
        Assert.Equal(["orders"], tap.Take()!.Topics.Select(Encoding.UTF8.GetString));
    }

    [Theory]
    [InlineData("?api=Nope")]
    [InlineData("?api=")]
    [InlineData("?api=99999")]
    [InlineData("?topic=")]
    [InlineData("?errors=maybe")]
    [InlineData("?sample=0")]
    [InlineData("?rate=2001")]
    [InlineData("?nonsense=1")]
    [InlineData("?connection=-1")]
    public void Tap_WrongQuery_SaysWhatIsAccepted(string query)
    {
        using var rig = new AdminRig();
        string answer = rig.Get("/tap" + query);
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("the query may have api=Produce,Fetch", answer, StringComparison.Ordinal);
        Assert.Empty(rig.Traffic.OpenTaps);
    }

    [Fact]
    public void Tap_MoreThanAFew_IsRefusedUntilOneEnds()
    {
        using var rig = new AdminRig();
        List<TapReader> taps = [.. Enumerable.Range(0, TapSet.Capacity).Select(_ => new TapReader(rig, ""))];
        Assert.StartsWith("HTTP/1.1 503", rig.Get("/tap"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", rig.Get("/tap", "HEAD"), StringComparison.Ordinal);
        taps[0].Dispose();
        Assert.True(SpinWait.SpinUntil(() => rig.Traffic.OpenTaps.Count < TapSet.Capacity, RelayRig.Deadline));
        taps[0] = new TapReader(rig, "");
        Assert.Equal("HTTP/1.1 200 OK", taps[0].Status);
        taps.ForEach(tap => tap.Dispose());
        Assert.True(SpinWait.SpinUntil(() => rig.Traffic.OpenTaps.Count == 0, RelayRig.Deadline));
    }

    [Fact]
    public void Tap_TenMinutesOld_EndsWithAnEventAndMakesRoom()
    {
        var time = new SettableTime(DateTimeOffset.UtcNow);
        using var rig = new AdminRig(time: time);
        using var tap = new TapReader(rig, "");
        IRelayObserver connection = rig.Observe();
        time.Advance(TapStream.MaxDuration - TimeSpan.FromMinutes(1));
        connection.OnBytes(RelayFlow.Request, Wire.Heartbeat(1), 0, 0);
        Assert.Equal("request", tap.Next().Name);
        connection.OnBytes(RelayFlow.Request, Wire.Heartbeat(2), 0, 0);
        time.Advance(TimeSpan.FromMinutes(1));
        List<string> last = [tap.Next().Name];
        if (last[0] == "request")
        {
            last.Add(tap.Next().Name);
        }

        Assert.Equal("end", last[^1]);
        Assert.Throws<EndOfStreamException>(() => tap.Next());
        Assert.True(SpinWait.SpinUntil(() => rig.Traffic.OpenTaps.Count == 0, RelayRig.Deadline));
    }

    [Fact]
    public void Tap_ReaderDoesNotRead_LosesEventsAndIsToldHowMany()
    {
        using var rig = new AdminRig();
        using var tap = new TapReader(rig, "?rate=2000");
        IRelayObserver connection = rig.Observe();
        const int frames = 20_000;
        byte[] request = Wire.Heartbeat(1);
        byte[] response = Wire.HeartbeatResponse(1);
        for (int i = 0; i < frames / 2; i++)
        {
            // A new second with every frame: only the room in the ring holds it back.
            connection.OnBytes(RelayFlow.Request, request, i * Stopwatch.Frequency, i * Stopwatch.Frequency);
            connection.OnBytes(RelayFlow.Response, response, i * Stopwatch.Frequency, i * Stopwatch.Frequency);
        }

        long shown = 0;
        long lost = 0;
        while (shown + lost < frames)
        {
            (string name, JsonElement data) = tap.Next();
            if (name == "lost")
            {
                lost += data.GetProperty("count").GetInt64();
            }
            else
            {
                shown++;
            }
        }

        Assert.Equal(frames, shown + lost);
        Assert.InRange(shown, TapLane.Capacity, frames - 1);
        Assert.Equal(frames / 2, rig.Traffic.Snapshot().Api(RelayDirection.Outbound, 12)!.Responses);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Tap_Sample_ShowsWholeExchangesOfEveryConnection(int sample)
    {
        const int Connections = 4;
        const int Exchanges = 1000;
        using var rig = new AdminRig();
        Tap tap = rig.Traffic.OpenTap(TapFilter.Read($"sample={sample}&rate=2000", out _))!;
        var (requests, responses) = (new List<(long, int)>(), new List<(long, int)>());
        for (int connection = 0; connection < Connections; connection++)
        {
            IRelayObserver observer = rig.Observe();
            for (int id = 0; id < Exchanges; id++)
            {
                // A second for each: the rate lets all of them pass.
                long time = Ticks.From(TimeSpan.FromSeconds((connection * Exchanges) + id));
                observer.OnBytes(RelayFlow.Request, Wire.Heartbeat(id), time, time);
                observer.OnBytes(RelayFlow.Response, Wire.HeartbeatResponse(id, error: 0), time + s_millisecond, time + s_millisecond);
                while (tap.Take() is { } entry)
                {
                    (entry.Frame.Flow == RelayFlow.Request ? requests : responses).Add((entry.Connection, entry.Frame.CorrelationId));
                }
            }
        }

        Assert.Equal(requests, responses);
        Assert.Equal(0, tap.Lost);
        for (int share = Exchanges / sample, connection = 0; connection < Connections; connection++)
        {
            int shown = requests.GroupBy(r => r.Item1).ElementAt(connection).Count();
            Assert.InRange(shown, share * 0.7, share * 1.3);
        }
    }

    [Fact]
    public void Tap_MoreThanItsRate_IsSampledAndCounted()
    {
        using var rig = new AdminRig();
        using var tap = new TapReader(rig, "?rate=5");
        IRelayObserver connection = rig.Observe();
        for (int i = 0; i < 100; i++)
        {
            connection.OnBytes(RelayFlow.Request, Wire.Heartbeat(i), 1, 1);
        }

        Assert.Equal([.. Enumerable.Range(0, 5)], Enumerable.Range(0, 5).Select(_ => tap.Next().Data.GetProperty("correlationId").GetInt32()));

        // The server may write before the last frame has come: then it tells the losses in parts.
        int lost = 0;
        while (lost < 95)
        {
            (string name, JsonElement data) = tap.Next();
            Assert.Equal("lost", name);
            lost += data.GetProperty("count").GetInt32();
        }

        Assert.Equal(95, lost);
    }

    [Fact]
    public void Tap_ReaderThatNeverReads_IsDroppedAndStallsNobody()
    {
        using var rig = new AdminRig(new AdminSettings { ResponseTimeout = TimeSpan.FromMilliseconds(300) });
        using Socket greedy = rig.Connect();
        greedy.ReceiveBufferSize = 4096;
        greedy.SendAll("GET /tap?rate=2000 HTTP/1.1\r\nHost: x\r\n\r\n"u8);
        Assert.True(SpinWait.SpinUntil(() => rig.Traffic.OpenTaps.Count == 1, RelayRig.Deadline));
        IRelayObserver connection = rig.Observe();
        int i = 0;
        bool dropped = SpinWait.SpinUntil(
            () =>
            {
                i++;
                connection.OnBytes(RelayFlow.Request, Wire.Heartbeat(i, new string('c', 200)), i * Stopwatch.Frequency, i * Stopwatch.Frequency);
                return rig.Traffic.OpenTaps.Count == 0;
            },
            RelayRig.Deadline);
        Assert.True(dropped);
        Assert.StartsWith("HTTP/1.1 200", rig.Get("/livez"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tap_HostileNames_AreEscapedOnOneLine()
    {
        using var rig = new AdminRig();
        using var tap = new TapReader(rig, "");
        IRelayObserver connection = rig.Observe();
        connection.OnBytes(RelayFlow.Request, Wire.Produce(0, 0, "ok", []), 0, 0);
        connection.OnBytes(RelayFlow.Response, Wire.ProduceResponse(0, "ok"), 0, 0);
        connection.OnBytes(RelayFlow.Request, Wire.Request(3, 0, 1, "evil\n\nevent: end\u202e\"\\", [.. Wire.Int32(1), .. Wire.String("a\r\ndata: x\u0001\u2028\"")]), 0, 0);
        _ = tap.Next();
        _ = tap.Next();
        JsonElement frame = tap.Next().Data;
        Assert.Equal("""evil\x0a\x0aevent: end\xe2\x80\xae"\x5c""", frame.GetProperty("clientId").GetString());
        Assert.Equal("""a\x0d\x0adata: x\x01\xe2\x80\xa8" """.TrimEnd(), frame.GetProperty("topics")[0].GetString());
    }

    [Fact]
    public void OnBytes_NobodyTaps_AllocatesNothing()
    {
        using var rig = new AdminRig();
        IRelayObserver connection = rig.Observe();
        (byte[] request, byte[] response) = (Wire.Produce(1, 1, "orders", Wire.Batch(1, 10)), Wire.ProduceResponse(1, "orders", error: 6));
        Show(200);
        Assert.Equal(0, Allocations.Of(() => Show(200)));

        // And nothing again once a tap has come and gone.
        using (var tap = new TapReader(rig, ""))
        {
            Show(1);
            _ = tap.Next();
        }

        Assert.True(SpinWait.SpinUntil(() => rig.Traffic.OpenTaps.Count == 0, RelayRig.Deadline));
        Show(1);
        Assert.Equal(0, Allocations.Of(() => Show(200)));

        void Show(int times)
        {
            for (int i = 0; i < times; i++)
            {
                connection.OnBytes(RelayFlow.Request, request, i, i);
                connection.OnBytes(RelayFlow.Response, response, i, i);
            }
        }
    }

    private static string WithoutTime(JsonElement frame)
    {
        string text = frame.GetRawText();
        int end = text.IndexOf(",\"direction\"", StringComparison.Ordinal);
        return "{" + text[(end + 1)..];
    }
}
