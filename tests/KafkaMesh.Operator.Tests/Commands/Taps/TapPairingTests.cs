using KafkaMesh.Operator.Commands.Taps;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Commands.Taps;

/// <summary>Requests and responses that come together, late, alone or without end.</summary>
public sealed class TapPairingTests
{
    private readonly OffsetTimeProvider _time = new();

    [Fact]
    public void Response_OfARequest_ComesWithIt()
    {
        var pairing = new TapPairing(_time);
        Assert.Empty(pairing.Request(Frame(1)));
        Assert.Empty(pairing.Request(Frame(1) with { Connection = 2, Size = 7 }));
        Assert.Empty(pairing.Request(Frame(1) with { Pod = "b" }));

        var exchange = pairing.Response(Frame(1) with { Connection = 2 });

        Assert.Equal(7, exchange.Request!.Size);
        Assert.Equal(2, pairing.Rest().Count());
        Assert.Null(pairing.Response(Frame(1)).Request);
    }

    [Fact]
    public void Aged_RequestWithoutResponse_ComesOutAloneOnce()
    {
        var pairing = new TapPairing(_time);
        Assert.Empty(pairing.Request(Frame(1)));
        Assert.Empty(pairing.Request(Frame(2)));
        Assert.NotNull(pairing.Response(Frame(1)).Request);
        Assert.Empty(pairing.Aged());

        _time.Offset += TapPairing.Patience;

        var exchange = Assert.Single(pairing.Aged());
        Assert.Equal((2, null), (exchange.Request!.CorrelationId, exchange.Response));
        Assert.Empty(pairing.Aged());
        Assert.Empty(pairing.Rest());
    }

    [Fact]
    public void Request_SameIdAgain_LetsTheEarlierOneGo()
    {
        var pairing = new TapPairing(_time);
        Assert.Empty(pairing.Request(Frame(1) with { Size = 1 }));

        Assert.Equal(1, Assert.Single(pairing.Request(Frame(1) with { Size = 2 })).Request!.Size);
        Assert.Equal(2, pairing.Response(Frame(1)).Request!.Size);
    }

    [Fact]
    public void Request_WithoutEnd_IsBounded()
    {
        var pairing = new TapPairing(_time);
        var alone = Enumerable.Range(0, 3 * TapPairing.MaxWaiting).SelectMany(i => pairing.Request(Frame(i))).ToList();

        Assert.Equal(2 * TapPairing.MaxWaiting, alone.Count);
        Assert.Equal(0, alone[0].Request!.CorrelationId);
        Assert.Equal(TapPairing.MaxWaiting, pairing.Rest().Count());
    }

    [Fact]
    public void Request_AllAnswered_LetsNoneGo()
    {
        var pairing = new TapPairing(_time);
        Assert.Empty(pairing.Request(Frame(-1)));
        for (var i = 0; i < 3 * TapPairing.MaxWaiting; i++)
        {
            Assert.Empty(pairing.Request(Frame(i)));
            Assert.NotNull(pairing.Response(Frame(i)).Request);
        }
        Assert.NotNull(pairing.Response(Frame(-1)).Request);
    }

    private static TapFrame Frame(int correlationId) => new() { Pod = "a", Direction = "outbound", Connection = 1, CorrelationId = correlationId };
}
