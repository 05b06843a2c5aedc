using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Storage;

namespace KafkaMesh.Playground.Tests.ApiServer.Storage;

/// <summary>The store's versions, history and subscriptions.</summary>
public sealed class ObjectStoreTests
{
    private static readonly ObjectKey Key = new("configmaps", "demo", "a");

    [Fact]
    public void Create_ExistingKey_IsRefused()
    {
        var store = new ObjectStore();
        store.Create(Key, Value("1"));
        Assert.Equal(StoreFailure.AlreadyExists, Assert.Throws<StoreException>(() => store.Create(Key, Value("2"))).Failure);
    }

    [Fact]
    public void Update_StaleVersion_IsRefused()
    {
        var store = new ObjectStore();
        var first = store.Create(Key, Value("1"));
        store.Update(Key, first.Version, Value("2"));
        Assert.Equal(StoreFailure.VersionConflict, Assert.Throws<StoreException>(() => store.Update(Key, first.Version, Value("3"))).Failure);
    }

    [Fact]
    public async Task Update_SameContent_MakesNoEventAndNoVersion()
    {
        var store = new ObjectStore();
        var first = store.Create(Key, Value("1"));
        using var subscription = store.Subscribe("configmaps", null, first.Version);
        Assert.Equal(first.Version, store.Update(Key, first.Version, Value("1")).Version);
        store.Update(Key, first.Version, Value("2"));
        var change = Assert.Single(await subscription.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(first.Version + 1, change.Version);
    }

    [Fact]
    public void Create_ChangedAfterwardsByTheCaller_StaysAsStored()
    {
        var store = new ObjectStore();
        var mine = Value("1");
        store.Create(Key, mine);
        mine["data"] = "changed";
        Assert.Equal("1", store.Get(Key)!.Value["data"]!.GetValue<string>());
    }

    [Fact]
    public void ListAt_OlderVersion_ShowsWhatWasThere()
    {
        var store = new ObjectStore();
        var first = store.Create(Key, Value("1"));
        var second = store.Update(Key, first.Version, Value("2"));
        store.Remove(Key, second.Version);
        Assert.Equal("1", store.ListAt("configmaps", "demo", first.Version).Items.Single().Value["data"]!.GetValue<string>());
        Assert.Empty(store.List("configmaps", "demo").Items);
    }

    [Fact]
    public void ListAt_CompactedVersion_IsExpiredButWatchesGoOn()
    {
        var store = new ObjectStore();
        var first = store.Create(Key, Value("1"));
        store.Update(Key, first.Version, Value("2"));
        store.Compact(store.Version);
        Assert.Equal(StoreFailure.Expired, Assert.Throws<StoreException>(() => store.ListAt("configmaps", null, first.Version)).Failure);
        store.Subscribe("configmaps", null, first.Version).Dispose();
    }

    [Fact]
    public async Task ReadAsync_SlowerThanTheHistory_IsCut()
    {
        var store = new ObjectStore(new StoreOptions { HistoryLength = 4 });
        var stored = store.Create(Key, Value("0"));
        using var subscription = store.Subscribe("configmaps", null, stored.Version);
        for (var i = 1; i <= 6; i++)
        {
            stored = store.Update(Key, stored.Version, Value($"{i}"));
        }

        var failure = await Assert.ThrowsAsync<StoreException>(() => subscription.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(StoreFailure.Expired, failure.Failure);
    }

    [Fact]
    public void Subscribe_BeyondTheBound_IsRefusedUntilOneEnds()
    {
        var store = new ObjectStore(new StoreOptions { MaxSubscriptions = 1 });
        var first = store.Subscribe("configmaps", null, 1);
        Assert.Equal(StoreFailure.Full, Assert.Throws<StoreException>(() => store.Subscribe("configmaps", null, 1)).Failure);
        first.Dispose();
        store.Subscribe("configmaps", null, 1).Dispose();
    }

    [Fact]
    public void Create_BeyondTheBound_IsRefused()
    {
        var store = new ObjectStore(new StoreOptions { MaxObjects = 1 });
        store.Create(Key, Value("1"));
        Assert.Equal(StoreFailure.Full, Assert.Throws<StoreException>(() => store.Create(Key with { Name = "b" }, Value("1"))).Failure);
    }

    private static JsonObject Value(string data) => new() { ["metadata"] = new JsonObject { ["name"] = "a" }, ["data"] = data };
}
