using System.Text;
using KafkaMesh.Proxy.Metrics;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Metrics;

public class NameTableTests
{
    [Fact]
    public void IndexOf_BeyondLimit_IsOtherAndKnownNamesStay()
    {
        var table = new NameTable(2);
        Assert.Equal(0, table.IndexOf("a"u8));
        Assert.Equal(1, table.IndexOf("b"u8));
        Assert.Equal(table.Other, table.IndexOf("c"u8));
        Assert.Equal(0, table.IndexOf("a"u8));
        Assert.Equal("b", table.NameOf(1));
    }

    [Fact]
    public void IndexOf_LimitZero_IsAlwaysOther() => Assert.Equal(0, new NameTable(0).IndexOf("a"u8));

    [Fact]
    public void IndexOf_NameOfTheRestOrTooLong_IsOther()
    {
        var table = new NameTable(10);
        Assert.Equal(table.Other, table.IndexOf("__other__"u8));
        Assert.Equal(table.Other, table.IndexOf(new byte[NameTable.MaxNameBytes + 1]));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void IndexOf_TextLongerThanReadersTakeOrEmpty_IsOtherWithoutAllocation()
    {
        var table = new NameTable(10, maxTextLength: 8);
        Assert.Equal(table.Other, table.IndexOf(""u8));
        Assert.Equal(table.Other, table.IndexOf("123456789"u8));
        Assert.Equal(0, table.IndexOf("\n\n"u8));
        Assert.Equal(0, Allocations.Of(() => Assert.True(table.IndexOf("\n\n\n"u8) == table.Other)));
    }

    [Fact]
    public void IndexOf_FullTable_FindsEveryNameAndAllocatesNothing()
    {
        var table = new NameTable(1000);
        var names = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes($"topic-{i}")).ToArray();
        for (var i = 0; i < names.Length; i++)
            Assert.Equal(i, table.IndexOf(names[i]));
        var sum = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            sum = 0;
            foreach (var name in names)
                sum += table.IndexOf(name);
        }));
        Assert.Equal(1000 * 999 / 2, sum);
    }

    [Fact]
    public void IndexOf_ManyThreads_GiveEveryNameOneNumber()
    {
        var table = new NameTable(500);
        var names = Enumerable.Range(0, 600).Select(i => Encoding.UTF8.GetBytes($"n{i}")).ToArray();
        var results = new int[4][];
        Parallel.For(0, 4, thread => results[thread] = [.. names.Select(name => table.IndexOf(name))]);
        Assert.All(results, result => Assert.Equal(names.Select(name => table.IndexOf(name)), result));
        Assert.Equal(500, table.Count);
        for (var i = 0; i < 500; i++)
            Assert.Equal(i, table.IndexOf(Encoding.UTF8.GetBytes(table.NameOf(i))));
    }
}
