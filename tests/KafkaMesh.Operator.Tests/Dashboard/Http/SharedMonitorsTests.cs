using System.Text.Json.Nodes;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Kubernetes.Watching;
using KafkaMesh.Operator.Dashboard.Figures;
using KafkaMesh.Operator.Dashboard.Http;
using KafkaMesh.Operator.Tests.Support;
using Serilog.Core;

namespace KafkaMesh.Operator.Tests.Dashboard.Http;

public sealed class SharedMonitorsTests
{
    private readonly OffsetTimeProvider _time = new();
    private readonly Monitors _monitors = new();
    private readonly SharedMonitors _shared;

    public SharedMonitorsTests()
    {
        var figures = new FigureStore(Logger.None);
        _shared = new SharedMonitors(new MonitorAnswers(_monitors, figures, _time), figures, _time);
    }

    [Fact]
    public async Task Monitor_ManyReadersAtOnce_ShareOneText()
    {
        var key = _monitors.Add("orders");
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => _shared.MonitorAsync(key, MonitorAnswers.DefaultLimit))));
        Assert.Single(all.Select(w => w!.Json).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public async Task Monitor_LimitsThatCallersChoose_AreNotKept()
    {
        var key = _monitors.Add("orders");
        for (var limit = 1; limit <= 500; limit++)
            Assert.NotNull(await _shared.MonitorAsync(key, limit));
        Assert.Equal(0, _shared.Kept);
    }

    [Fact]
    public async Task Monitor_DeletedOrNotAskedForAgain_IsForgotten()
    {
        for (var i = 0; i < 100; i++)
            await _shared.MonitorAsync(_monitors.Add($"m{i}"), MonitorAnswers.DefaultLimit);
        Assert.Equal(100, _shared.Kept);
        var last = _monitors.Add("last");
        Assert.NotNull(await _shared.MonitorAsync(last, MonitorAnswers.DefaultLimit));
        _monitors.Remove(last);
        Assert.Null(await _shared.MonitorAsync(last, MonitorAnswers.DefaultLimit));

        _time.Offset += TimeSpan.FromSeconds(2);
        await _shared.MonitorAsync(_monitors.Add("later"), MonitorAnswers.DefaultLimit);
        Assert.Equal(1, _shared.Kept);
    }

    [Fact]
    public async Task Monitor_MadeAgainAtOnce_IsThere()
    {
        var key = _monitors.Add("orders");
        _monitors.Remove(key);
        Assert.Null(await _shared.MonitorAsync(key, MonitorAnswers.DefaultLimit));
        _monitors.Add("orders");
        Assert.NotNull(await _shared.MonitorAsync(key, MonitorAnswers.DefaultLimit));
    }

    /// <summary>A store that the test fills.</summary>
    private sealed class Monitors : IEntityStore<JsonObject>
    {
        private readonly Dictionary<NamespacedName, JsonObject> _objects = [];

        public int Count => _objects.Count;

        public NamespacedName Add(string name)
        {
            var key = new NamespacedName("shop", name);
            _objects[key] = new JsonObject
            {
                ["apiVersion"] = "kafkamesh.io/v1alpha1",
                ["kind"] = "KafkaMonitor",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop", ["uid"] = name },
                ["spec"] = new JsonObject { ["selector"] = new JsonObject() },
            };
            return key;
        }

        public void Remove(NamespacedName key) => _objects.Remove(key);

        public JsonObject? Get(NamespacedName key) => _objects.GetValueOrDefault(key);

        public IReadOnlyCollection<JsonObject> List() => _objects.Values;

        public IReadOnlyCollection<JsonObject> ListNamespace(string namespaceName) => _objects.Values;
    }
}
