using System.Net;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Sessions;
using KafkaMesh.Proxy.Tests.Transport;
using KafkaMesh.Proxy.Transport;

namespace KafkaMesh.Proxy.Tests.Sessions;

public sealed class ConnectionListTests
{
    private readonly ConnectionList _list = new();
    private readonly LoopMetrics _metrics = new(new SharedSeries(new SeriesLimits()));
    private long _ids;

    [Fact]
    public void Open_ConnectionsComeAndGo_IsThoseThatStayed()
    {
        List<ConnectionObserver> open = [];
        var random = new Random(3);
        for (var i = 0; i < 5000; i++)
        {
            if (open.Count == 0 || random.Next(5) < 3)
            {
                open.Add(Observe());
                continue;
            }

            var index = random.Next(open.Count);
            open[index].OnClosed(RelayEnd.Closed, 0);
            open.RemoveAt(index);
        }

        Assert.Equal(Ids(open), Ids(_list.Open));
        open.ForEach(connection => connection.OnClosed(RelayEnd.Closed, 0));
        Assert.Empty(_list.Open);
    }

    /// <summary>A reader that stops in the middle, as one that the scheduler sets aside, keeps no loop from accepting and closing.</summary>
    [Fact]
    public void Open_ReadHalfWay_LoopGoesOnMeanwhile()
    {
        var stay = Enumerable.Range(0, 40).Select(_ => Observe()).ToList();
        var leave = Enumerable.Range(0, 40).Select(_ => Observe()).ToList();
        using var reader = _list.Open.GetEnumerator();
        List<ConnectionObserver> seen = [];
        for (var i = 0; i < 20; i++)
        {
            Assert.True(reader.MoveNext());
            seen.Add(reader.Current);
        }

        var loop = new Thread(() =>
        {
            leave.ForEach(connection => connection.OnClosed(RelayEnd.Closed, 0));
            for (var i = 0; i < 10_000; i++)
                Observe();
        });
        loop.IsBackground = true;
        loop.Start();
        Assert.True(loop.Join(RelayRig.Deadline), "the loop waits for the reader");

        while (reader.MoveNext())
            seen.Add(reader.Current);
        Assert.Superset(Ids(stay).ToHashSet(), Ids(seen).ToHashSet());
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(10_040, _list.Open.Count());
    }

    private ConnectionObserver Observe() => new(
        new RelayConnection(++_ids, RelayDirection.Outbound, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2), 0, 0),
        _metrics,
        new SessionList(),
        null,
        list: _list);

    private static IEnumerable<long> Ids(IEnumerable<ConnectionObserver> connections) => connections.Select(connection => connection.Connection.Id).Order();
}
