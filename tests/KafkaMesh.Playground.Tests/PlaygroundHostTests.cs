using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests;

public sealed class PlaygroundHostTests
{
    [Fact]
    public async Task DisposeAsync_WithARunningPod_LeavesNothingOnTheMachine()
    {
        var cluster = new PlaygroundFixture();
        await cluster.InitializeAsync();
        var instance = cluster.Playground.Instance;
        await cluster.CreatePodAsync("left", """ "volumes":[{"name":"m","emptyDir":{"medium":"Memory"}}],"containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"],"volumeMounts":[{"name":"m","mountPath":"/m"}]}]""");
        await cluster.WaitReadyAsync("left");
        Assert.Contains(instance.StateDirectory, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);

        await cluster.DisposeAsync();

        Assert.DoesNotContain(instance.Name, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles("/run/netns", instance.Name + "*"));
        Assert.False(Directory.Exists(instance.StateDirectory));
        Assert.All(PlaygroundInstance.ControlGroupRoots(), root => Assert.False(Directory.Exists($"{root}/{instance.Name}"), root));
        Assert.DoesNotContain(Directory.GetFiles("/proc", "cmdline", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true }),
            path => ReadCommand(path).Contains(instance.Name, StringComparison.Ordinal));
    }

    private static string ReadCommand(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // The process ended in between.
        }
    }
}
