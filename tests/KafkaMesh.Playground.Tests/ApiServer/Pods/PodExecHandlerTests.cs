using System.Diagnostics;
using KafkaMesh.Playground.Node;
using KafkaMesh.Playground.Tests.Node;

namespace KafkaMesh.Playground.Tests.ApiServer.Pods;

/// <summary><c>kubectl exec</c> of the real kubectl: exit codes, input and output of any size, and what is refused.</summary>
public sealed class PodExecHandlerTests(PlaygroundFixture cluster) : IClassFixture<PlaygroundFixture>
{
    private const string OverWebSocket = "kubectl exec over WebSocket";
    private const int Rounds = 8;
    private const int Megabytes10 = 10_000_000;

    [Fact]
    public async Task Exec_CommandEnds_KubectlEndsWithItsExitCode()
    {
        await KubectlVersion.RequireAsync(OverWebSocket, 31);
        await StartAsync("codes");

        // The connection's end raced with the Status: one round proves little.
        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal((0, ""), await cluster.KubectlAsync("exec", "codes", "--", "true"));
            Assert.Equal((3, "hi\ncommand terminated with exit code 3"), await cluster.KubectlAsync("exec", "codes", "--", "sh", "-c", "echo hi; exit 3"));
        }
    }

    [Fact]
    public async Task Exec_TenMegabytesThroughCat_ComeBackUnchanged()
    {
        await KubectlVersion.RequireAsync(OverWebSocket, 31);
        await StartAsync("cat");
        var sent = new byte[Megabytes10];
        new Random(1).NextBytes(sent);
        var (exit, received) = await PipeAsync(sent, "exec", "-i", "cat", "--", "cat");
        Assert.Equal(0, exit);
        Assert.True(sent.AsSpan().SequenceEqual(received), $"{received.Length} bytes came back of {sent.Length}, or others");
    }

    [Fact]
    public async Task Exec_CommandThatLeavesItsInput_KeepsItsExitCode()
    {
        await KubectlVersion.RequireAsync(OverWebSocket, 31);
        await StartAsync("leaves");
        var (exit, _) = await PipeAsync(new byte[Megabytes10], "exec", "-i", "leaves", "--", "sh", "-c", "exit 7");
        Assert.Equal(7, exit);
    }

    [Fact]
    public async Task Exec_ContainerThatDoesNotRun_SaysSo()
    {
        await cluster.CreatePodAsync("waiting", """ "containers":[{"name":"app","image":"nowhere:v1","command":["sleep","1000"]}]""");
        await cluster.WaitAsync("Pod", "waiting", p => p.Objects("status", "containerStatuses").Any(c => c.Text("state", "waiting", "reason") is "ErrImagePull" or "ImagePullBackOff"));
        var (exit, output) = await cluster.KubectlAsync("exec", "waiting", "--", "true");
        Assert.Equal(1, exit);
        Assert.Contains("container not found (\"app\")", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AttachAndPortForward_AreRefusedByName()
    {
        await StartAsync("refused");
        var (attachExit, attach) = await cluster.KubectlAsync("attach", "refused");
        Assert.Equal(1, attachExit);
        Assert.Contains("pods/attach needs SPDY, which this server does not speak", attach, StringComparison.Ordinal);
        var (forwardExit, forward) = await cluster.KubectlAsync("port-forward", "pod/refused", "0:80");
        Assert.Equal(1, forwardExit);
        Assert.Contains("pods/portforward needs SPDY, which this server does not speak", forward, StringComparison.Ordinal);
    }

    private async Task StartAsync(string pod)
    {
        await cluster.CreatePodAsync(pod, """ "containers":[{"name":"app","image":"IMAGE","command":["sleep","1000"]}]""");
        await cluster.WaitReadyAsync(pod);
    }

    private async Task<(int Exit, byte[] Output)> PipeAsync(byte[] input, params string[] arguments)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", cluster.Playground.Cluster.KubeconfigPath, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancel);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancel);
            process.StandardInput.Close();
        }
        catch (IOException e)
        {
            // kubectl ends with the command and may leave the rest of its input unread.
            TestContext.Current.TestOutputHelper?.WriteLine($"kubectl left its input: {e.Message}");
        }

        await reading;
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, output.ToArray());
    }
}
