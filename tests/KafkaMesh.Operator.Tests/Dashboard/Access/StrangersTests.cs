using System.Net;
using KafkaMesh.Operator.Dashboard.Access;
using KafkaMesh.Operator.Dashboard.Http;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Operator.Tests.Dashboard.Access;

public sealed class StrangersTests
{
    private readonly Strangers _strangers = new(most: 32);

    [Fact]
    public void Enter_FloodThroughTheApiServer_LeavesRoomForOthersBehindIt()
    {
        Assert.Equal(16, Fill("10.0.0.1", "192.0.2.7"));
        using (_strangers.Enter(Origin("10.0.0.1", "192.0.2.8")))
            Assert.Equal(15, Fill("10.0.0.1", "192.0.2.8"));
        Assert.Equal(1, Fill("10.0.0.1", "192.0.2.9"));
        Assert.Equal(32, Fill("10.0.0.2"));
    }

    [Fact]
    public void Enter_OneWhoInventsThoseBehindIt_DividesItsOwnShareOnly()
    {
        var taken = Enumerable.Range(0, 1000).Count(i => TryEnter(["10.0.0.1", $"192.0.2.{i % 250}", $"198.51.100.{i % 199}"]));
        Assert.Equal(32, taken);
        Assert.True(TryEnter(["10.0.0.2", "192.0.2.1"]));
    }

    [Fact]
    public void Enter_PlaceThatIsGivenBack_IsFreeAtEveryAddress()
    {
        for (var i = 0; i < 100; i++)
            _strangers.Enter(Origin("10.0.0.1", "192.0.2.7", "192.0.2.8")).Dispose();
        Assert.Equal(8, Fill("10.0.0.1", "192.0.2.7", "192.0.2.8"));
    }

    [Theory]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("::ffff:10.0.0.1", "192.0.2.7", "10.0.0.1 192.0.2.7")]
    [InlineData("10.0.0.1", "127.0.0.1, 192.0.2.7", "10.0.0.1 192.0.2.7 127.0.0.1")] // kubectl proxy, then the API server
    [InlineData("10.0.0.1", "1.1.1.1,2.2.2.2,3.3.3.3,192.0.2.7", "10.0.0.1 192.0.2.7 3.3.3.3")]
    [InlineData("10.0.0.1", "2.2.2.2, unknown, fd00::7", "10.0.0.1 fd00::7")]
    [InlineData("10.0.0.1", ",", "10.0.0.1")]
    public void Of_Request_IsWhoConnectedAndThoseBehind(string peer, string? header, string expected)
    {
        var context = Context(peer, header);
        Assert.Equal(expected, string.Join(' ', RequestOrigin.Of(context)));

        // A replica that passes it on leaves the order, and the leader sees the replica before it.
        var leaders = Context("10.0.0.9", RequestOrigin.Write(context));
        Assert.Equal(string.Join(' ', ((string[])["10.0.0.9", .. expected.Split(' ')]).Take(RequestOrigin.MaxAddresses)), string.Join(' ', RequestOrigin.Of(leaders)));
    }

    private static DefaultHttpContext Context(string peer, string? header)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        if (header is not null)
            context.Request.Headers[RequestOrigin.Header] = header;
        return context;
    }

    private static IPAddress[] Origin(params string[] addresses) => [.. addresses.Select(IPAddress.Parse)];

    private int Fill(params string[] addresses)
    {
        var taken = 0;
        while (TryEnter(addresses))
            taken++;
        return taken;
    }

    private bool TryEnter(string[] addresses)
    {
        try
        {
            _strangers.Enter(Origin(addresses));
            return true;
        }
        catch (ProblemException problem)
        {
            Assert.Equal(503, problem.Status);
            return false;
        }
    }
}
