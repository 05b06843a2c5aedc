using System.Text;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class NameTableTests
{
    private static readonly long s_idle = Ticks.From(SeriesLimits.IdleTime);

    [Fact]
    public void Get_BeyondLimit_IsOtherAndKnownNamesStay()
    {
        var table = new NameTable(2);
        Assert.Equal((0, "a"), (table.Get("a"u8).Index, table.Get("a"u8).Name));
        Assert.Equal(1, table.Get("b"u8).Index);
        Assert.Same(table.Other, table.Get("c"u8));
        Assert.Same(table.Get("a"u8), table.Get("a"u8));
        Assert.Equal((2, "__other__"), (table.Other.Index, table.Other.Name));
    }

    [Fact]
    public void Get_LimitZero_IsAlwaysOther()
    {
        var table = new NameTable(0);
        Assert.Same(table.Other, table.Get("a"u8));
        Assert.Empty(table.Sweep(s_idle));
    }

    [Fact]
    public void Get_NameOfTheRestOrTooLong_IsOther()
    {
        var table = new NameTable(10);
        Assert.Same(table.Other, table.Get("__other__"u8));
        Assert.Same(table.Other, table.Get(new byte[NameTable.MaxNameBytes + 1]));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Get_TextLongerThanReadersTakeOrEmpty_IsOtherWithoutAllocation()
    {
        var table = new NameTable(10, maxTextLength: 8);
        Assert.Same(table.Other, table.Get(""u8));
        Assert.Same(table.Other, table.Get("123456789"u8));
        Assert.Equal(0, table.Get("\n\n"u8).Index);
        Assert.Equal(0, Allocations.Of(() => Assert.True(table.Get("\n\n\n"u8) == table.Other)));
    }

    [Fact]
    public void Get_FullTable_FindsEveryNameRefusesOthersAndAllocatesNothing()
    {
        var table = new NameTable(1000);
        var names = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes($"topic-{i}")).ToArray();
        for (var i = 0; i < names.Length; i++)
            Assert.Equal(i, table.Get(names[i]).Index);
        var sum = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            sum = 0;
            foreach (var name in names)
                sum += table.Get(name).Index;
            Assert.True(table.Get("one more"u8) == table.Other);
        }));
        Assert.Equal(1000 * 999 / 2, sum);
    }

    [Fact]
    public void Get_WithTheLastAnswer_IsWhatALookupFinds()
    {
        var table = new NameTable(2);
        table.Sweep(1);
        var a = table.Get("a"u8, last: null);
        Assert.Same(table.Get("a"u8), a);
        Assert.Same(a, table.Get("a"u8, a));
        var b = table.Get("b"u8, a);
        Assert.Equal((1, "b"), (b.Index, b.Name));
        Assert.Same(table.Other, table.Get("c"u8, b));
        Assert.Same(a, table.Get("a"u8, table.Other));
        Assert.Same(table.Other, table.Get(""u8, table.Other));

        // Being the last answer is use: only the other one makes room.
        table.Sweep(s_idle);
        Assert.Same(b, table.Get("b"u8, b));
        Assert.Same(table.Other, table.Get("c"u8, b));
        Assert.Equal([a], table.Sweep(1 + s_idle));

        // One that made room answers no more.
        table.Free([a]);
        var again = table.Get("a"u8, a);
        Assert.NotSame(a, again);
        Assert.Equal((0, 1L), (again.Index, again.Since));
    }

    [Fact]
    public void Get_ManyThreads_GiveEveryNameOneNumber()
    {
        var table = new NameTable(500);
        var names = Enumerable.Range(0, 600).Select(i => Encoding.UTF8.GetBytes($"n{i}")).ToArray();
        var results = new NamedSeries[4][];
        Parallel.For(0, 4, thread => results[thread] = [.. names.Select(name => table.Get(name))]);
        Assert.All(results, result => Assert.Equal(names.Select(name => table.Get(name)), result));
        Assert.Equal(500, table.Count);
        var series = table.ToArray();
        for (var i = 0; i < 500; i++)
            Assert.Same(series[i], table.Get(Encoding.UTF8.GetBytes(series[i]!.Name)));
    }

    [Fact]
    public void Sweep_NobodyWantedRoom_RetiresNothing()
    {
        var table = new NameTable(2);
        var (a, b) = (table.Get("a"u8), table.Get("b"u8));
        Assert.Empty(table.Sweep(1));
        Assert.Empty(table.Sweep(1 + (100 * s_idle)));
        Assert.False(a.IsRetired || b.IsRetired);
    }

    [Fact]
    public void Sweep_FullAndWanted_RetiresTheLeastRecentlyUsedThatIsIdle()
    {
        var table = new NameTable(3);
        table.Sweep(10);
        var (a, b, c) = (table.Get("a"u8), table.Get("b"u8), table.Get("c"u8));
        table.Sweep(20);
        Assert.Same(a, table.Get("a"u8));
        table.Sweep(30);
        table.Touch("b"u8);
        Assert.Same(table.Other, table.Get("d"u8));
        Assert.Empty(table.Sweep(9 + s_idle));
        Assert.Same(table.Other, table.Get("d"u8));
        Assert.Equal([c], table.Sweep(10 + s_idle));
        Assert.True(c.IsRetired);
        Assert.False(a.IsRetired || b.IsRetired);

        // Its place is taken until nobody counts there any more.
        Assert.Same(table.Other, table.Get("d"u8));
        table.Free([c]);
        Assert.Equal((2, 1L), (table.Get("d"u8).Index, table.Get("d"u8).Since));
        Assert.Same(table.Other, table.Get("c"u8));
        Assert.Equal(0, a.Since);
    }

    [Fact]
    public void Sweep_EntriesOlderThanTheClock_AreNotIdleFromTheStart()
    {
        var table = new NameTable(1);
        table.Get("a"u8);
        table.Get("b"u8);
        Assert.Empty(table.Sweep(50 * s_idle));
        table.Get("b"u8);
        Assert.Single(table.Sweep(51 * s_idle));
    }

    /// <summary>Ten times as many names as places, for hours: no name in use loses its place, and the table turns over once per idle time at most.</summary>
    [Fact]
    public void Sweep_HostileNames_TurnOverOncePerIdleTimeAndNeverTouchWhatIsUsed()
    {
        const int limit = 80;
        var table = new NameTable(limit);
        table.Sweep(1);
        var used = Enumerable.Range(0, 10).Select(i => table.Get(Encoding.UTF8.GetBytes($"used-{i}"))).ToArray();
        var second = Ticks.From(TimeSpan.FromSeconds(1));
        var retired = 0;
        const int seconds = 3600;
        for (var i = 1; i <= seconds; i++)
        {
            foreach (var series in used)
                Assert.Same(series, table.Get(series.Key));
            for (var k = 0; k < 10; k++)
                table.Get(Encoding.UTF8.GetBytes($"hostile-{i}-{k}"));
            var gone = table.Sweep(1 + (i * second));
            Assert.InRange(gone.Length, 0, 1 + (limit / 8));
            table.Free(gone);
            retired += gone.Length;
        }

        Assert.DoesNotContain(used, series => series.IsRetired);
        Assert.InRange(retired, limit, limit * (seconds / 300));
        Assert.InRange(table.Count, 1, limit);
    }

    [Fact]
    public void Sweep_BesideLookupsOfManyThreads_NeverLosesANameInUse()
    {
        var table = new NameTable(100);
        table.Sweep(1);
        var used = Enumerable.Range(0, 50).Select(i => table.Get(Encoding.UTF8.GetBytes($"used-{i}"))).ToArray();
        var time = 1L;
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 3000; i++)
            {
                foreach (var series in used)
                {
                    if (table.Get(series.Key) != series)
                        Assert.Fail($"{series.Name} lost its place");
                }

                table.Get(Encoding.UTF8.GetBytes($"x-{thread}-{i}"));
                if (thread == 0)
                    table.Free(table.Sweep(time += s_idle / 50));
            }
        });
    }
}
