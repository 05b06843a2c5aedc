using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Node.Launch;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Node.Runtime;

public sealed class PodmanRuntimeTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_RootWithOneCapability_RunsTheScriptWithThatOneOnly()
    {
        await using var node = await CreateAsync();
        var setup = node.Shell("echo $$; hostname; echo $KEY; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status | tr -d '\\t'; touch /x 2>&1; echo on-error >&2; exit 7",
            new ContainerIdentity(0, 0) { Capabilities = [12], NoNewPrivileges = true, ReadOnlyRoot = true });
        var (exit, output) = await node.RunAsync(setup with { Environment = [.. setup.Environment, "KEY=a value"] });
        Assert.Equal(7, exit);
        Assert.Equal(["1", "pod-0", "a value", "CapEff:0000000000001000", "CapBnd:0000000000001000", "NoNewPrivs:1", "touch: /x: Read-only file system", "on-error"], output.Split('\n'));
    }

    [Fact]
    public async Task StartAsync_Mounts_AreSeenAndTheImageIsNotWritten()
    {
        await using var node = await CreateAsync();
        var source = Directory.CreateDirectory(node.Instance.StateDirectory + "/volume").FullName;
        await File.WriteAllTextAsync(source + "/key", "value\n", Cancel);
        var setup = node.Shell("cat /config/key; touch /config/new 2>&1; touch /written && echo written; ip -o addr show eth0 2>/dev/null | head -c 0; cat /proc/net/dev | grep -c eth0")
            with
        { Mounts = [new(source, "/config", true)] };
        var (_, output) = await node.RunAsync(setup);
        Assert.Equal(["value", "touch: /config/new: Read-only file system", "written", "1"], output.Split('\n'));
        Assert.False(File.Exists(node.Image.Root + "/written"), "the image was written to");
    }

    [Theory]
    [InlineData("/no/such/program", "exec: \"/no/such/program\": stat /no/such/program: no such file or directory")]
    [InlineData("nothing-of-this-name", "exec: \"nothing-of-this-name\": executable file not found in $PATH")]
    [InlineData("/etc/passwd", "exec: \"/etc/passwd\": permission denied")]
    public async Task StartAsync_ProgramThatCannotRun_SaysWhy(string program, string message)
    {
        await using var node = await CreateAsync();
        var error = await Assert.ThrowsAsync<LaunchException>(() => node.Runtime.StartAsync(node.Shell("") with { Command = [program] }, Cancel));
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData(15, 3)]
    [InlineData(9, 137)]
    public async Task Signal_ToARunningContainer_EndsItWithItsCode(int signal, int code)
    {
        await using var node = await CreateAsync();
        await using var process = await node.Runtime.StartAsync(node.Shell("trap 'exit 3' TERM; echo up; while :; do sleep 0.05; done"), Cancel);
        Assert.Equal("up", await new StreamReader(process.Output).ReadLineAsync(Cancel));
        process.Signal(signal);
        Assert.Equal(code, await process.Exit.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
    }

    [Fact]
    public async Task ExecAsync_InARunningContainer_SharesItsFilesAndReturnsItsCode()
    {
        await using var node = await CreateAsync();
        var setup = node.Shell("echo secret > /tmp/file; echo up; sleep 1000; exit 1", new ContainerIdentity(65532, 65532) { NoNewPrivileges = true });
        await using var process = await node.Runtime.StartAsync(setup, Cancel);
        Assert.Equal("up", await new StreamReader(process.Output).ReadLineAsync(Cancel));
        await using var exec = await node.Runtime.ExecAsync(process, setup, ["/bin/sh", "-c", "cat /tmp/file; id -u; read x; echo got $x; exit 4"], null, Cancel);
        await exec.Input.WriteAsync("line\n"u8.ToArray(), Cancel);
        await exec.Input.FlushAsync(Cancel);
        Assert.Equal("secret\n65532\ngot line\n", await new StreamReader(exec.Output).ReadToEndAsync(Cancel));
        Assert.Equal(4, await exec.Exit.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public async Task DisposeAsync_WithARunningContainer_LeavesNothing()
    {
        PlaygroundInstance instance;
        await using (var node = await CreateAsync())
        {
            instance = node.Instance;
            var process = await node.Runtime.StartAsync(node.Shell("sleep 1000; true"), Cancel);
            Assert.True(File.Exists($"/proc/{process.Id}/stat"));
        }
        Assert.DoesNotContain(instance.Name, await File.ReadAllTextAsync("/proc/self/mountinfo", Cancel), StringComparison.Ordinal);
        Assert.All(PlaygroundInstance.ControlGroupTrees(), tree => Assert.False(Directory.Exists($"{tree}/{instance.Name}"), tree));
        Assert.False(Directory.Exists(instance.StateDirectory));
    }

    [Fact]
    public async Task StartAsync_TheMachinesOwnConfiguration_IsNotChanged()
    {
        string[] before;
        await using (var node = await CreateAsync())
        {
            before = MachineFiles();
            var (_, output) = await node.RunAsync(node.Shell("ulimit -Hn"));
            Assert.Equal(HardLimitOfOpenFiles(), output);
        }
        Assert.Equal(before, MachineFiles());

        static string[] MachineFiles() => [.. Directory.EnumerateFileSystemEntries("/etc/containers", "*", SearchOption.AllDirectories)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}").Order(StringComparer.Ordinal)];
        static string HardLimitOfOpenFiles() => File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
    }

    private static async Task<RuntimeFixture> CreateAsync()
    {
        if (PodmanTrial.Obstacle is { } obstacle) Assert.Skip(obstacle);
        return await RuntimeFixture.CreateAsync(RuntimeChoice.Podman);
    }
}
