using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Support;
using KafkaMesh.Proxy.Tests.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>The places of long rings belong to the whole process: these tests run when no other does.</summary>
[Collection(AloneCollection.Name)]
public sealed class InFlightBudgetTests
{
    private const short Heartbeat = 12;

    [Fact]
    public void Sessions_HundredsThatNobodyAnswers_StayWithinTheBudgetOfTheProcess()
    {
        const int connections = 600;
        var before = InFlightRing.LongPlaces;
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var all = Enumerable.Range(0, connections).Select(_ => new ObservedConnection(traced: false)).ToArray();
        var unused = GC.GetTotalMemory(forceFullCollection: true) - memory;
        var request = Wire.Heartbeat(7);
        foreach (var connection in all)
        {
            for (var i = 0; i < InFlightRing.Capacity; i++)
                connection.Send(request);
        }

        Assert.InRange(InFlightRing.LongPlaces, InFlightRing.LongRingBudget / 2, InFlightRing.LongRingBudget);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory - unused, 0, 24 << 20);

        // Whoever came late still pairs as many as any usual client has in flight, and nothing is left uncounted.
        var last = all[^1];
        Assert.Equal((InFlightRing.Capacity, InFlightRing.ShortLength), (last.Api(Heartbeat).Requests, last.Api(Heartbeat).InFlight));
        Assert.Equal(InFlightRing.Capacity - InFlightRing.ShortLength, last.Api(Heartbeat).Unanswered[(int)UnansweredReason.InFlightLimit]);
        last.Receive(Wire.HeartbeatResponse(7));
        Assert.Equal(1, last.Api(Heartbeat).Responses);

        Array.ForEach(all, connection => connection.Close());
        Assert.Equal(before, InFlightRing.LongPlaces);
    }

    [Fact]
    public void Session_OnceLongAndNowInOrdinaryUse_GivesItsPlacesBack()
    {
        var before = InFlightRing.LongPlaces;
        var connection = new ObservedConnection(traced: false);
        for (var i = 0; i < InFlightRing.Capacity; i++)
            connection.Send(Wire.Heartbeat(i));
        Assert.Equal(before + InFlightRing.Capacity, InFlightRing.LongPlaces);
        for (var i = 0; i < InFlightRing.Capacity - 3; i++)
            connection.Receive(Wire.HeartbeatResponse(i));

        // Ticks while three are always in flight: each halves the ring.
        for (var i = InFlightRing.Capacity; InFlightRing.LongPlaces > before; i++)
        {
            Assert.InRange(i, 0, InFlightRing.Capacity + 8);
            connection.Sessions.Age(connection.Now);
            connection.Send(Wire.Heartbeat(i)).Receive(Wire.HeartbeatResponse(i - 3));
        }

        var totals = connection.Api(Heartbeat);
        Assert.Equal((totals.Requests - 3, 3), (totals.Responses, totals.InFlight));
        Assert.Equal(0, totals.Unanswered.Sum());
        connection.Close();
    }

    [Fact]
    public void Rings_ShortOnesThatNothingWaitsIn_AreLentToOthers()
    {
        var rings = Enumerable.Range(0, 50).Select(_ => new InFlightRing()).ToArray();

        // One after the other: all of them could use the same places.
        void InTurn()
        {
            foreach (var ring in rings)
            {
                for (var i = 0; i < InFlightRing.ShortLength; i++)
                    _ = ring.TryPush(new InFlightRequest { CorrelationId = i });
                for (var i = 0; i < InFlightRing.ShortLength; i++)
                    _ = ring.Pop();
                ring.OnTick();
            }
        }

        InTurn();
        Assert.Equal(0, Allocations.Of(InTurn));
    }
}
