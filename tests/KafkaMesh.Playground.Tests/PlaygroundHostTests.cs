using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Discovery;
using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node;
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

    [Fact]
    public async Task StartAsync_OlderVersion_KubeletIsOfItToo()
    {
        if (new PlaygroundFixture().Obstacle is { } obstacle) Assert.Skip(obstacle);
        var options = new PlaygroundOptions { Server = new ApiServerOptions { Version = new ServerVersion(28) } };
        await using var playground = await PlaygroundHost.StartAsync(options, TestContext.Current.CancellationToken);

        var node = playground.Cluster.ClientFor("test").Get("v1", "Node", "", "node");

        Assert.Equal("v1.28.0", node.Text("status", "nodeInfo", "kubeletVersion"));
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
