using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Authentication in all its shapes: raw tokens, tokens in requests, tokens first, tokens again.</summary>
public class SaslSessionTests
{
    private const short Heartbeat = 12;

    [Fact]
    public void Reauthentication_InTheMiddleOfAConnection_IsFollowed()
    {
        // KIP-368: SaslHandshake 1 and SaslAuthenticate 1 once more, between ordinary requests.
        var connection = new ObservedConnection();
        for (var id = 0; id < 9; id += 3)
        {
            connection.SendBytewise(Wire.Request(17, 1, id, "c", Wire.String("PLAIN"))).Receive(Wire.Response(id, [.. Wire.Int16(0), .. Wire.Int32(0)]));
            connection.SendBytewise(Wire.Request(36, 1, id + 1, "c", [.. Wire.Int32(9), .. "\0me\0secre"u8]));
            connection.Receive(Wire.Response(id + 1, [.. Wire.Int16(0), .. Wire.Int16(-1), .. Wire.Int32(0), .. Wire.Int64(3_600_000)]));
            connection.Send(Wire.Heartbeat(id + 2)).Receive(Wire.HeartbeatResponse(id + 2));
        }

        Assert.Equal((3, 3, 3), (connection.Api(17).Responses, connection.Api(36).Responses, connection.Api(Heartbeat).Responses));
        Assert.Empty(connection.Trace.Tokens);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void SaslHandshake0_TokenAnsweredByNothing_DisturbsNoRequest()
    {
        var connection = new ObservedConnection().Send(Wire.Request(17, 0, 1, "c", Wire.String("GSSAPI"))).Receive(Wire.Response(1, [.. Wire.Int16(0), .. Wire.Int32(0)]));
        connection.Send(Wire.Frame("`initial"u8)).Receive(Wire.Frame("challenge"u8)).Send(Wire.Frame("last"u8));
        connection.Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal((1, 0), (connection.Api(Heartbeat).Responses, connection.Api(Heartbeat).Unanswered.Sum()));
        Assert.Equal([UnansweredReason.Resync], connection.Trace.Unanswered);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void SaslHandshake0_RefusedMechanism_IsFollowedByAnotherHandshake()
    {
        var connection = new ObservedConnection();
        connection.Send(Wire.Request(17, 0, 1, "c", Wire.String("NONE"))).Receive(Wire.Response(1, [.. Wire.Int16(33), .. Wire.Int32(0)]));
        connection.Send(Wire.Request(17, 0, 2, "c", Wire.String("PLAIN"))).Receive(Wire.Response(2, [.. Wire.Int16(0), .. Wire.Int32(0)]));
        connection.Send(Wire.Frame("\0alice\0secret"u8)).Receive(Wire.Frame([])).Send(Wire.Heartbeat(3)).Receive(Wire.HeartbeatResponse(3));
        Assert.Equal((2, 1), (connection.Api(17).Responses, connection.Api(Heartbeat).Responses));
        Assert.Equal(2, connection.Trace.Tokens.Count);
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void SaslHandshake0_Tokens_TakeTheirTurnUntilTheNextKafkaHeader()
    {
        var connection = new ObservedConnection();
        connection.SendBytewise(Wire.Request(17, 0, 1, "c", Wire.String("PLAIN"))).Receive(Wire.Response(1, [.. Wire.Int16(0), .. Wire.Int32(0)]));
        connection.SendBytewise(Wire.Frame("\0alice\0secret"u8)).Receive(Wire.Frame([]));
        connection.SendBytewise(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2));
        connection.Send(Wire.Heartbeat(3)).Receive(Wire.HeartbeatResponse(3));
        Assert.Equal([(RelayFlow.Request, 13), (RelayFlow.Response, 0)], connection.Trace.Tokens);
        Assert.Equal([17, 17, 12, 12, 12, 12], connection.Trace.Frames.Select(entry => (int)entry.Frame.ApiKey));
        Assert.Empty(connection.Trace.Failures);
    }

    [Fact]
    public void SaslHandshake0_Scram_EveryTokenIsPaired()
    {
        var connection = new ObservedConnection().Send(Wire.Request(17, 0, 1, "c", Wire.String("SCRAM-SHA-256"))).Receive(Wire.Response(1, [.. Wire.Int16(0), .. Wire.Int32(0)]));
        connection.Send(Wire.Frame("n,,n=user,r=fyko"u8)).Receive(Wire.Frame("r=fyko3,s=QSXC,i=4096"u8));
        connection.Send(Wire.Frame("c=biws,r=fyko3,p=v0X8"u8)).Receive(Wire.Frame("v=rmF9"u8));
        connection.Send(Wire.Heartbeat(2)).Receive(Wire.HeartbeatResponse(2));
        Assert.Equal(4, connection.Trace.Tokens.Count);
        Assert.Equal(1, connection.Api(Heartbeat).Responses);
    }
}
