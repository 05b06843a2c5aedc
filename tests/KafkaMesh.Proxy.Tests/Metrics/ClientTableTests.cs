using System.Text;
using KafkaMesh.Contracts.Stats;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class ClientTableTests
{
    private static readonly long s_idle = Ticks.From(SeriesLimits.IdleTime);

    [Fact]
    public void Add_FullOfIdleClients_LeastRecentlyUsedMakesRoom()
    {
        var table = new ClientTable(3);
        var a = Add(table, "a", 1)!;
        _ = Add(table, "b", 2);
        _ = Add(table, "c", 3);
        a.LastUsed = 10;
        Assert.Null(Add(table, "d", 4));
        Assert.Null(Add(table, "d", s_idle + 1));
        Assert.NotNull(Add(table, "d", s_idle + 2));
        Assert.Equal(["a", "c", "d"], Ids(table));
        Assert.NotNull(Add(table, "e", s_idle + 3));
        Assert.Equal(["a", "d", "e"], Ids(table));
        Assert.False(a.IsEvicted);
        Assert.Null(Add(table, "f", s_idle + 9));
        Assert.NotNull(Add(table, "f", s_idle + 10));
        Assert.True(a.IsEvicted);
    }

    [Fact]
    public void Add_Known_AllocatesNothingAndIsTheSame()
    {
        var table = new ClientTable(3);
        var client = Add(table, "a", 1);
        KnownClient? again = null;
        Assert.Equal(0, Allocations.Of(() => again = table.Add("a"u8, "s"u8, "1"u8, 2, out _)));
        Assert.Same(client, again);
    }

    [Fact]
    public void Add_HostileParts_StayApartAndEscaped()
    {
        var table = new ClientTable(10);
        Assert.NotNull(table.Add([0xFF, (byte)'\n'], "s\u202e"u8, "\"\\"u8, 0, out _));
        Assert.NotNull(table.Add([0xFF], [(byte)'\n', 0xFF], ""u8, 0, out _));
        Assert.Equal(2, table.ToList().Count);
        Assert.Contains(new ClientStats("\\xff\\x0a", "s\\xe2\\x80\\xae", "\"\\x5c"), table.ToList());
        Assert.Null(table.Add(new byte[300], new byte[300], ""u8, 0, out _));
    }

    [Fact]
    public void Add_LimitZero_KeepsNobody() => Assert.Null(Add(new ClientTable(0), "a", 0));

    [Fact]
    public void Add_ManyThreadsWithMoreNamesThanRoom_StaysWithinTheLimit()
    {
        var table = new ClientTable(50);
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 5000; i++)
            {
                _ = Add(table, $"c{(i * 7) % 200}", i * s_idle / 20);
                if (i % 100 == 0)
                    Assert.InRange(table.ToList().Count, 1, 50);
            }
        });
        Assert.Equal(50, table.ToList().Count);
    }

    private static KnownClient? Add(ClientTable table, string id, long now) => table.Add(Encoding.UTF8.GetBytes(id), "s"u8, "1"u8, now, out _);

    private static IEnumerable<string> Ids(ClientTable table) => table.ToList().Select(client => client.ClientId);
}
