using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;

namespace KafkaMesh.Proxy.Tests.Sessions;

/// <summary>Rings of one thread lend each other the place for a single request: none may ever see another's.</summary>
public sealed class InFlightRingTests
{
    private static readonly ApiMetrics s_cells = new(new LoopMetrics(new SharedSeries(new SeriesLimits())), 0);

    [Fact]
    public void Rings_ManyOnOneThread_KeepTheirOwnRequestsInOrder()
    {
        var random = new Random(7);
        var rings = Enumerable.Range(0, 300).Select(_ => (Ring: new InFlightRing(), Expected: new Queue<int>())).ToArray();
        for (var id = 0; id < 300_000; id++)
        {
            var (ring, expected) = rings[random.Next(rings.Length)];
            // Mostly between none and two; a tenth of the rings pipeline more, so that they grow and wrap.
            var limit = ReferenceEquals(ring, rings[id % 10].Ring) ? 40 : 2;
            if (expected.Count > 0 && (expected.Count >= limit || random.Next(2) == 0))
                Assert.Equal(expected.Dequeue(), ring.Pop().CorrelationId);
            else
                Push(ring, expected, id);
            Assert.Equal(expected.Count, ring.Count);
            if (expected.Count == 0)
                continue;
            Assert.Equal(expected.Peek(), ring.Oldest.CorrelationId);
            Assert.Equal(expected.Count - 1, ring.Find(expected.Last()));
        }

        foreach (var (ring, expected) in rings)
        {
            while (expected.Count > 0)
                Assert.Equal(expected.Dequeue(), ring.Pop().CorrelationId);
            Assert.Equal((0, -1), (ring.Count, ring.Find(0)));
        }
    }

    [Fact]
    public void Ring_AfterItsOnlyRequest_HoldsNoPlace()
    {
        const int count = 1000;
        var rings = new InFlightRing[count];
        UseOnce(new InFlightRing());
        var each = Allocations.Of(() =>
        {
            for (var i = 0; i < count; i++)
                UseOnce(rings[i] = new InFlightRing());
        }) / count;

        // The ring itself; a request alone is more than that.
        Assert.InRange(each, 1, 48);
    }

    [Fact]
    public void Ring_OneRequestAfterTheOther_AllocatesNothing()
    {
        var rings = Enumerable.Range(0, 1000).Select(_ => new InFlightRing()).ToArray();

        // All at once: each holds a place.
        void AllAtOnce()
        {
            foreach (var ring in rings)
                _ = ring.TryPush(new InFlightRequest { CorrelationId = 1 });
            foreach (var ring in rings)
                _ = ring.Pop();
        }

        AllAtOnce();
        Assert.Equal(0, Allocations.Of(AllAtOnce));
    }

    private static void UseOnce(InFlightRing ring)
    {
        _ = ring.TryPush(new InFlightRequest { CorrelationId = 1 });
        _ = ring.Pop();
    }

    private static void Push(InFlightRing ring, Queue<int> expected, int id)
    {
        Assert.True(ring.TryPush(new InFlightRequest { CorrelationId = id, Cells = s_cells }));
        expected.Enqueue(id);
    }
}
