using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Tests.Stats;
using KafkaMesh.Operator.Tests.Support;
using Serilog.Core;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

public sealed class SharedMonitorsTests
{
    private readonly OffsetTimeProvider _time = new();
    private readonly KnownMonitors _monitors = new();
    private readonly FigureStore _figures = new(Logger.None);
    private readonly SharedMonitors _shared;

    public SharedMonitorsTests() => _shared = new SharedMonitors(new MonitorAnswers(_monitors, _figures, _time), _figures, _time);

    [Fact]
    public async Task Monitor_ManyReadersAtOnce_ShareOneText()
    {
        var key = _monitors.Add("orders");
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => _shared.MonitorAsync(key))));
        Assert.Single(all.Select(w => w!.Json).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void Monitor_LimitsThatCallersChoose_AreNotKept()
    {
        var key = _monitors.Add("orders");
        for (var limit = 1; limit <= 500; limit++)
            Assert.NotNull(_shared.Write(key, limit));
        Assert.Equal(0, _shared.Kept);
    }

    [Fact]
    public async Task News_ForAReaderWhoHasThem_AreNotWritten()
    {
        var key = _monitors.Add("orders");
        var rounds = new Rounds { Uid = "orders" };
        rounds.AddPod("a");
        rounds.Report("a", Reports.Of("i", 1, 100));
        _time.Offset = rounds.Now - DateTimeOffset.UtcNow;
        _figures.Take(rounds.Next());
        var first = (await _shared.NewsAsync(key, ""))!;
        var list = _shared.List();
        Assert.Equal(2, _shared.Writings);
        for (var second = 0; second < 20; second++)
        {
            _time.Offset += TimeSpan.FromSeconds(1);
            _figures.Note(); // another monitor
            Assert.Empty((await _shared.NewsAsync(key, first.Tag))!.Json);
        }
        Assert.Equal(2, _shared.Writings);

        // Who comes new gets it with the time of now; what is new goes to all; a monitor that falls silent is news without a round.
        Assert.NotEqual(first.Json, (await _shared.NewsAsync(key, ""))!.Json);
        rounds.Report("a", Reports.Of("i", 2, 200, uptime: 25));
        _figures.Take(rounds.Next());
        _time.Offset += TimeSpan.FromSeconds(1);
        var silent0 = (await _shared.NewsAsync(key, first.Tag))!;
        Assert.NotEmpty(silent0.Json);
        Assert.NotEqual(list.Tag, _shared.List(list.Tag).Tag);
        _time.Offset += TimeSpan.FromMinutes(2);
        Assert.NotEmpty((await _shared.NewsAsync(key, silent0.Tag))!.Json);
    }

    [Fact]
    public async Task Monitor_DeletedOrNotAskedForAgain_IsForgotten()
    {
        for (var i = 0; i < 100; i++)
            await _shared.MonitorAsync(_monitors.Add($"m{i}"));
        Assert.Equal(100, _shared.Kept);
        var last = _monitors.Add("last");
        Assert.NotNull(await _shared.MonitorAsync(last));
        _monitors.Remove(last);
        Assert.Null(await _shared.MonitorAsync(last));

        _time.Offset += TimeSpan.FromSeconds(2);
        await _shared.MonitorAsync(_monitors.Add("later"));
        Assert.Equal(1, _shared.Kept);
    }

    [Fact]
    public async Task Monitor_MadeAgainAtOnce_IsThere()
    {
        var key = _monitors.Add("orders");
        _monitors.Remove(key);
        Assert.Null(await _shared.MonitorAsync(key));
        _monitors.Add("orders");
        Assert.NotNull(await _shared.MonitorAsync(key));
    }
}
