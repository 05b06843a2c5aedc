using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Tests.Infrastructure;

namespace KafkaMesh.Kubernetes.Tests.Watching;

/// <summary>The informer through long random sequences of faults while objects change: nothing missed, nothing doubled, no busy loop, bounded memory.</summary>
public sealed class InformerFaultTests
{
    private const int Names = 40;

    [Theory]
    [InlineData(null)]
    [InlineData(4711)]
    public async Task RunAsync_FaultsOfEveryKind_EndWithTheServersStateAndAWholeStoryPerObject(int? fixedSeed)
    {
        var faults = Enum.GetValues<Fault>();
        await using var cluster = await FaultyCluster.StartAsync();
        var seed = await RunAsync(cluster, faults, fixedSeed);

        var states = cluster.History.AllChanges.Select(change => change.Split(' ')).Select(parts => $"{parts[1]} {parts[2]} {parts[3]}").ToHashSet();
        foreach (var (name, story) in cluster.Told.GroupBy(change => change.Name).Select(group => (group.Key, group.ToList())))
        {
            AssertIsAWholeStory(name, story, states, seed);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4711)]
    public async Task RunAsync_FaultsThatKeepTheHistory_TellEveryChangeExactlyOnceAndInOrder(int? fixedSeed)
    {
        var faults = Enum.GetValues<Fault>().Where(fault => fault < Fault.ExpiredStatus).ToArray();
        await using var cluster = await FaultyCluster.StartAsync();
        var seed = await RunAsync(cluster, faults, fixedSeed);

        Assert.True(
            cluster.History.AllChanges.Select(change => string.Join(' ', change.Split(' ')[..2])).SequenceEqual(
                cluster.Told.Select(change => $"{change.Type.ToString().ToUpperInvariant()} {change.Name}")),
            $"another story than the server's (seed {seed})");
    }

    private static async Task<int> RunAsync(FaultyCluster cluster, Fault[] faults, int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < faults.Length * 3; round++)
        {
            // Every fault comes, the rest is chance.
            var fault = round < faults.Length ? faults[round] : faults[random.Next(faults.Length)];
            var (requests, time) = (cluster.RequestCount, cluster.Clock.GetTimestamp());
            ChangeSomething(cluster.History, random);
            await cluster.BeginAsync(fault);
            ChangeSomething(cluster.History, random);
            if (fault is Fault.RestartWithoutHistory or Fault.ExpiredEvent or Fault.ExpiredStatus)
            {
                cluster.History.Compact();
            }

            await PassAsync(cluster, random.Next(20));
            cluster.End();
            ChangeSomething(cluster.History, random);
            await PassAsync(cluster, random.Next(20));

            // An attempt takes a list from the cache, one of the newest state, a watch, and once more after 401; between two attempts is a pause.
            var passed = cluster.Clock.GetElapsedTime(time).TotalSeconds;
            var most = 12 + (4 * passed / 0.8);
            Assert.True(cluster.RequestCount - requests <= most, $"{cluster.RequestCount - requests} requests in {passed} s of {fault} (seed {seed})");
        }

        await cluster.ProceedAsync(cluster.IsCaughtUp, () => $"store and handlers know what the server has (seed {seed}); {cluster.State}");
        Assert.True(cluster.Told.Count > faults.Length * 3, $"{cluster.Told.Count} changes");

        // Nothing but the store holds objects, and two more that loops have in hand.
        _ = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(cluster.LivingObjects, 0, cluster.StoreCount + 10);
        return seed;
    }

    private static async Task PassAsync(FaultyCluster cluster, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken); // lets requests travel; how many do is part of the chaos
        }
    }

    private static void ChangeSomething(ObjectHistory history, Random random)
    {
        for (var changes = random.Next(6); changes > 0; changes--)
        {
            var name = $"n{random.Next(Names):00}";
            if (random.Next(3) == 0 && history.Get(name) is not null)
            {
                history.Delete(name);
            }
            else
            {
                history.Put(name);
            }
        }
    }

    // Added, modified any number of times, deleted, and over again; each from the state before, newer than it, and one that the server had.
    private static void AssertIsAWholeStory(string name, List<ToldChange> story, HashSet<string> states, int seed)
    {
        ToldState? known = null;
        foreach (var change in story)
        {
            var expected = change.Type switch
            {
                WatchEventType.Added => known is null && change is { Old: null, New: not null },
                WatchEventType.Modified => known is not null && change.Old == known && change.New!.Uid == known.Uid && IsNewer(change.New, known),
                WatchEventType.Deleted => known is not null && change is { New: null } && change.Old == known,
                _ => false,
            };
            Assert.True(expected, $"{name} was {known} when told {change} (seed {seed})");
            Assert.True(change.New is null || states.Contains($"{name} {change.New.Uid} {change.New.Version}"), $"{name}: the server never had {change.New} (seed {seed})");
            known = change.New;
        }
    }

    private static bool IsNewer(ToldState state, ToldState than) => int.Parse(state.Version) > int.Parse(than.Version);
}
