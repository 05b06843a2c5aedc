using System.Text;
using KafkaMesh.Proxy.Detection;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Sessions;

public class ConnectionObserverTests
{
    [Fact]
    public void OnBytes_NothingSent_StaysSilentAndCountsWhenClosed()
    {
        var connection = new ObservedConnection();
        Assert.Equal(1, connection.Open(ConnectionProtocol.Silent));
        connection.Close();
        Assert.Equal(0, connection.Open(ConnectionProtocol.Silent));
        Assert.Equal(1, connection.Total(ConnectionProtocol.Silent));
    }

    [Fact]
    public void OnBytes_ServerSpeaksFirst_HasAVerdictOfItsOwn()
    {
        var connection = new ObservedConnection().Receive(Encoding.ASCII.GetBytes("220 mail ESMTP\r\n")).Send(Encoding.ASCII.GetBytes("EHLO a\r\n"));
        Assert.Equal(ConnectionProtocol.ServerFirst, connection.Protocol);
        Assert.Equal((1, 0), (connection.Open(ConnectionProtocol.ServerFirst), connection.Open(ConnectionProtocol.Opaque)));
        connection.Close();
        Assert.Equal((1, 0), (connection.Total(ConnectionProtocol.ServerFirst), connection.Total(ConnectionProtocol.Opaque)));
        Assert.Equal(0, connection.Snapshot.Open.Sum());
    }

    [Fact]
    public void OnBytes_ServerSpeaksIntoTheClientsFirstBytes_IsOpaque()
    {
        var connection = new ObservedConnection().Send(0, 0).Receive(1, 2, 3);
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
    }

    [Fact]
    public void OnBytes_ServerSpeaksFirstForLong_KeepsItsVerdict()
    {
        var connection = new ObservedConnection().Receive(Encoding.ASCII.GetBytes("SSH-2.0-server\r\n"));
        for (var i = 0; i < ConnectionObserver.AdoptionAttempts; i++)
            connection.Send(0xAA, 0xBB);
        Assert.Equal(1, connection.Total(ConnectionProtocol.ServerFirst));
        connection.Close();
        Assert.Equal(1, connection.Snapshot.Connections.Sum());
    }

    [Fact]
    public void OnClosed_ServerSpokeFirstAndARequestBegan_KeepsItsVerdict()
    {
        var connection = new ObservedConnection().Receive(1, 2, 3).Send(Wire.Produce(1, 1, "t", Wire.Batch(1, 90_000)).AsSpan(0, 200));
        connection.Close();
        Assert.Equal(1, connection.Total(ConnectionProtocol.ServerFirst));
    }

    [Fact]
    public void OnBytes_KafkaBehindAGreetingOfTheServer_IsAdopted()
    {
        var connection = new ObservedConnection().Receive(Encoding.ASCII.GetBytes("welcome\r\n")).Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1));
        Assert.Equal((1, 0), (connection.Total(ConnectionProtocol.Kafka), connection.Total(ConnectionProtocol.ServerFirst)));
    }

    /// <summary>A connection that lives for days must not be missing from the total until it ends.</summary>
    [Theory]
    [InlineData("Opaque", "", "SSH-2.0-client\r\n")]
    [InlineData("ServerFirst", "220 mail ESMTP\r\n", "")]
    public void OnTick_VerdictThatStood_CountsOnce(string verdict, string received, string sent)
    {
        var protocol = Enum.Parse<ConnectionProtocol>(verdict);
        var connection = new ObservedConnection();
        if (received.Length > 0)
            connection.Receive(Encoding.ASCII.GetBytes(received));
        if (sent.Length > 0)
            connection.Send(Encoding.ASCII.GetBytes(sent));
        connection.Tick(ConnectionObserver.SettlingTicks - 1);
        Assert.Equal(0, connection.Total(protocol));
        connection.Tick();
        Assert.Equal(1, connection.Total(protocol));
        connection.Tick(100);
        connection.Close();
        Assert.Equal(1, connection.Snapshot.Connections.Sum());
    }

    [Fact]
    public void OnTick_VerdictChangedMeanwhile_StandsAnew()
    {
        var connection = new ObservedConnection();
        connection.Tick(100);
        connection.Send(Encoding.ASCII.GetBytes("PROXY TCP4 10.0.0.1 10.0.0.2 4000 9092\r\n")).Tick(ConnectionObserver.SettlingTicks - 1);
        connection.Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Close();
        Assert.Equal((1, 1), (connection.Total(ConnectionProtocol.Kafka), connection.Snapshot.Connections.Sum()));
    }

    [Fact]
    public void OnTick_NothingSentSoFar_IsNoVerdictYet()
    {
        var connection = new ObservedConnection();
        connection.Tick(100);
        Assert.Equal(0, connection.Snapshot.Connections.Sum());
        connection.Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1));
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
    }

    /// <summary>A broker that hangs: the request was seen whole, so that it counts as Kafka; one that has only begun may be anything.</summary>
    [Fact]
    public void OnTick_KafkaWithoutAnswer_CountsWhenARequestWasSeenWhole()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1).AsSpan()[..^1]);
        connection.Tick(100);
        Assert.Equal(0, connection.Snapshot.Connections.Sum());
        connection.Send(Wire.Heartbeat(1).AsSpan()[^1..]).Tick();
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
    }

    [Fact]
    public void OnBytes_KafkaBeforeResponse_IsTentative()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1));
        Assert.Equal(1, connection.Open(ConnectionProtocol.Kafka));
        Assert.Equal(0, connection.Total(ConnectionProtocol.Kafka));
        connection.Receive(Wire.HeartbeatResponse(1));
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
        connection.Close();
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
        Assert.Equal(0, connection.Open(ConnectionProtocol.Kafka));
    }

    [Fact]
    public void OnBytes_FirstResponseMatchesNothing_WithdrawsVerdict()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        Assert.Equal(0, connection.Open(ConnectionProtocol.Kafka));
        Assert.Equal(1, connection.Failures(DecodeFailureReason.NeverMatched));
        Assert.Equal(1, connection.Api(12).Unanswered[(int)UnansweredReason.Closed]);
        Assert.Equal(0, connection.Api(12).InFlight);
        connection.Close();
        Assert.Equal((0, 1), (connection.Total(ConnectionProtocol.Kafka), connection.Total(ConnectionProtocol.Opaque)));
    }

    [Fact]
    public void OnClosed_WholeRequestWithoutAnswer_CountsAsKafka()
    {
        // What happens to a client that asks a broker of 0.9 for ApiVersions: the broker closes.
        var connection = new ObservedConnection().Send(Wire.Request(18, 0, 1, "kafka-python-2.0.2", []));
        connection.Close();
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
        Assert.Equal(1, connection.Api(18).Unanswered[(int)UnansweredReason.Closed]);
    }

    [Fact]
    public void OnClosed_NeverAWholeRequest_CountsAsOpaque()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1).AsSpan()[..^1]);
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        connection.Close();
        Assert.Equal((0, 1), (connection.Total(ConnectionProtocol.Kafka), connection.Total(ConnectionProtocol.Opaque)));
        Assert.Equal(0, connection.Open(ConnectionProtocol.Opaque));
    }

    [Fact]
    public void OnClosed_TooFewBytesToTell_CountsAsOpaqueNotAsProbe()
    {
        var connection = new ObservedConnection().Send(0, 0);
        connection.Close();
        Assert.Equal((0, 1), (connection.Total(ConnectionProtocol.Silent), connection.Total(ConnectionProtocol.Opaque)));
    }

    [Fact]
    public void OnBytes_Probe_IsNoFailure()
    {
        var connection = new ObservedConnection();
        connection.Close();
        Assert.Equal(0, connection.Snapshot.Failures.Sum());
        Assert.Equal(1, connection.Snapshot.Connections.Sum());
    }

    [Fact]
    public void OnBytes_TlsThenClosed_TellsNamesAndNoFailure()
    {
        var hello = RecordedConnection.Read(Path.Combine(TestPaths.Root, "tests/testdata/foreign/tls13.pcap"))[0].Joined()[0].Bytes;
        var connection = new ObservedConnection().SendBytewise(hello);
        Assert.Equal(ConnectionProtocol.Tls, connection.Protocol);
        Assert.Equal(1, connection.Total(ConnectionProtocol.Tls));
        Assert.Equal(["broker.example kafka,h2,http/1.1"], connection.Trace.Hellos);
        connection.SendBytewise(Wire.Heartbeat(1)).Close();
        Assert.Equal(0, connection.Snapshot.Failures.Sum());
        Assert.Equal(0, connection.Api(12).Requests);
    }

    [Fact]
    public void OnBytes_KafkaBehindForeignPrologue_IsAdoptedWhenAResponseMatches()
    {
        var connection = new ObservedConnection().Send(Encoding.ASCII.GetBytes("PROXY TCP4 10.0.0.1 10.0.0.2 4000 9092\r\n"));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        connection.Send(Wire.Heartbeat(1));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        connection.Receive(Wire.HeartbeatResponse(1));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        connection.Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2)).Close();
        Assert.Equal((1, 0), (connection.Total(ConnectionProtocol.Kafka), connection.Total(ConnectionProtocol.Opaque)));
        Assert.Equal((2, 2), (connection.Api(12).Requests, connection.Api(12).Responses));
    }

    [Fact]
    public void OnBytes_KafkaWrittenInShortPiecesBehindForeignPrologue_IsAdopted()
    {
        var connection = new ObservedConnection().Send(Encoding.ASCII.GetBytes("PROXY TCP4 10.0.0.1 10.0.0.2 4000 9092\r\n"));
        var (request, response) = (Wire.Heartbeat(1), Wire.HeartbeatResponse(1));
        connection.Send(request.AsSpan(0, 4)).Send(request.AsSpan(4)).Receive(response.AsSpan(0, 4)).Receive(response.AsSpan(4));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        Assert.Equal((1, 1), (connection.Api(12).Requests, connection.Api(12).Responses));
    }

    [Fact]
    public void OnBytes_FirstRequestOfAnUnknownKind_IsAdoptedAtTheNext()
    {
        var connection = new ObservedConnection().Send(Wire.Request(10_001, 0, 1, "vendor", [1])).Receive(Wire.Response(1, [2]));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        connection.Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2)).Close();
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
    }

    [Fact]
    public void OnBytes_BrokenFramingLater_IsAdoptedAgain()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Send(Wire.Int32(-5));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        connection.Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        Assert.Equal(2, connection.Api(12).Responses);
        connection.Close();
        Assert.Equal(1, connection.Snapshot.Connections.Sum());
        Assert.Equal(0, connection.Snapshot.Open.Sum());
    }

    [Fact]
    public void OnBytes_OpaqueForLong_IsExaminedNoMore()
    {
        var connection = new ObservedConnection().Send(Encoding.ASCII.GetBytes("SSH-2.0-client\r\n"));
        for (var i = 0; i < ConnectionObserver.AdoptionAttempts; i++)
            connection.Send(0xAA, 0xBB);
        Assert.Equal(1, connection.Total(ConnectionProtocol.Opaque));
        connection.Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Close();
        Assert.Equal((1, 0), (connection.Total(ConnectionProtocol.Opaque), connection.Total(ConnectionProtocol.Kafka)));
        Assert.Equal(0, connection.Api(12).Requests);
    }

    [Fact]
    public void OnBytes_AttachedToAnOldConnection_AdoptsWhereFramesBegin()
    {
        var connection = new ObservedConnection(midStream: true).Receive(9, 9, 9).Send(new byte[700]).Send(new byte[20]).Receive(1, 2, 3, 4, 5, 6, 7, 8);
        Assert.Equal(ConnectionProtocol.Silent, connection.Protocol);
        connection.Send(Wire.Heartbeat(5)).Receive(7, 7, 7).Receive(Wire.HeartbeatResponse(5));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        connection.Send(Wire.Heartbeat(6)).Receive(Wire.HeartbeatResponse(6)).Close();
        Assert.Equal((2, 2), (connection.Api(12).Requests, connection.Api(12).Responses));
        Assert.Equal(0, connection.Snapshot.Failures.Sum());
    }

    [Fact]
    public void OnBytes_AttachedToAnOldForeignConnection_EndsOpaque()
    {
        var connection = new ObservedConnection(midStream: true).Send(1, 2, 3).Receive(4);
        connection.Close();
        Assert.Equal(1, connection.Total(ConnectionProtocol.Opaque));
    }

    [Fact]
    public void OnBytes_FirstBodyContradictsSchema_WithdrawsVerdict()
    {
        var connection = new ObservedConnection().SendBytewise(Wire.Request(3, 0, 1, "c", Wire.Int32(1_000_000)));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        Assert.Equal(0, connection.Api(3).Requests);
        Assert.Equal(1, connection.Failures(DecodeFailureReason.MalformedBody));
    }

    [Fact]
    public void OnBytes_ZooKeeperConnect_IsWithdrawnWithoutCountingARequest()
    {
        // protocol version 0, last zxid 0, timeout 30 s, session 0, password of 16 zero bytes, not read-only
        var connect = Wire.Frame([.. Wire.Int32(0), .. Wire.Int64(0), .. Wire.Int32(30_000), .. Wire.Int64(0), .. Wire.Int32(16), .. new byte[17]]);
        var connection = new ObservedConnection().SendBytewise(connect);
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        Assert.Equal(0, connection.Api(0).Requests);
        connection.Close();
        Assert.Equal(1, connection.Total(ConnectionProtocol.Opaque));
    }

    [Fact]
    public void OnBytes_BrokenFramingLater_TurnsOpaqueAndKeepsCounts()
    {
        var connection = new ObservedConnection().Send(Wire.Heartbeat(1)).Receive(Wire.HeartbeatResponse(1)).Send(Wire.Heartbeat(2));
        connection.Send(Wire.Int32(-5)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal(ConnectionProtocol.Opaque, connection.Protocol);
        Assert.Equal(2, connection.Api(12).Requests);
        Assert.Equal(1, connection.Api(12).Responses);
        Assert.Equal(1, connection.Failures(DecodeFailureReason.FrameSize));
        Assert.Equal(1, connection.Total(ConnectionProtocol.Kafka));
        Assert.Equal(0, connection.Total(ConnectionProtocol.Opaque));
        Assert.Equal(1, connection.Open(ConnectionProtocol.Opaque));
    }

    [Fact]
    public void OnBytes_GssApiTokenFirst_IsSaslThenKafka()
    {
        byte[] token = [0x60, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02, 1, 0];
        var connection = new ObservedConnection().SendBytewise(Wire.Frame(token));
        Assert.Equal(ConnectionProtocol.Sasl, connection.Protocol);
        connection.Receive(Wire.Frame(1, 2, 3)).Send(Wire.Frame([])).Receive(Wire.Frame(4));
        Assert.Equal(ConnectionProtocol.Sasl, connection.Protocol);
        connection.SendBytewise(Wire.Heartbeat(7)).Receive(Wire.HeartbeatResponse(7));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        Assert.Equal([15, 3, 0, 1], connection.Trace.Tokens.Select(token => token.Size));
        Assert.Equal(1, connection.Api(12).Responses);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void OnBytes_LastGssApiTokenWithoutAnswer_DisturbsNoRequest()
    {
        byte[] token = [0x60, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02, 1, 0];
        var connection = new ObservedConnection().Send(Wire.Frame(token)).Receive(Wire.Frame(1, 2, 3, 4, 5)).Send(Wire.Frame(5, 4, 0, 0, 0, 0));
        connection.Send(Wire.Heartbeat(7)).Receive(Wire.HeartbeatResponse(7)).Send(Wire.Heartbeat(8)).Receive(Wire.HeartbeatResponse(8));
        Assert.Equal((2, 2, 0), (connection.Api(12).Requests, connection.Api(12).Responses, connection.Api(12).Unanswered.Sum()));
        Assert.Equal([15, 5, 6], connection.Trace.Tokens.Select(entry => entry.Size));
        Assert.Equal(ConnectionProtocol.Kafka, connection.Protocol);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void OnBytes_RandomBytes_NeverThrowsNorCountsRequests()
    {
        var random = new Random(7);
        var bytes = new byte[300];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            var connection = new ObservedConnection(new SeriesLimits(0, 0, 0), traced: false).Send(bytes).Receive(bytes);
            connection.Close();
            Assert.NotEqual(ConnectionProtocol.Kafka, connection.Protocol);
        }
    }

    [Fact]
    public void OnBytes_MutatedConversation_NeverThrowsAndLeavesNothingInFlight()
    {
        var random = new Random(11);
        byte[] requests = [.. Wire.Heartbeat(1), .. Wire.Produce(2, 1, "t", Wire.Batch(3, 40)), .. Wire.Produce(3, 0, "t", Wire.Batch(1, 9)), .. Wire.Heartbeat(4)];
        byte[] responses = [.. Wire.HeartbeatResponse(1), .. Wire.ProduceResponse(2, "t"), .. Wire.HeartbeatResponse(4, 27)];
        for (var i = 0; i < 20_000; i++)
        {
            var (sent, received) = (Mutate(requests, random), Mutate(responses, random));
            var cut = random.Next(sent.Length + 1);
            var connection = new ObservedConnection(traced: false).Send(sent.AsSpan(0, cut)).Receive(received).Send(sent.AsSpan(cut));
            connection.Close();
            Assert.Equal(0, connection.Snapshot.Open.Sum());
            Assert.Equal(0, connection.Snapshot.Apis.Sum(totals => totals?.InFlight ?? 0));
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var result = bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)];
        for (var flips = random.Next(4); flips > 0; flips--)
            result[random.Next(result.Length)] = (byte)random.Next(256);
        return result;
    }
}
