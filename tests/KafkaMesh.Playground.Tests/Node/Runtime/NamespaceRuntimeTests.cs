using System.Text;
using KafkaMesh.Playground.Node.Launch;
using KafkaMesh.Playground.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Node.Runtime;

public sealed class NamespaceRuntimeTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_Script_IsProcessOneWithItsOwnNamesAndFiles()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        var (exit, output) = await node.RunAsync(node.Shell("echo $$; hostname; ls /proc | grep -c '^[0-9]'; ls /; touch /written; exit 7"));
        Assert.Equal(7, exit);
        var lines = output.Split('\n');
        Assert.Equal(["1", "pod-0"], lines[..2]);
        Assert.InRange(int.Parse(lines[2]), 1, 5);
        Assert.DoesNotContain("work", lines);
        Assert.False(File.Exists(node.Image.Root + "/written"), "the image was written to");
    }

    [Fact]
    public async Task StartAsync_UserWithoutPrivileges_HasExactlyWhatTheContextGrants()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        const string show = "id -u; id -g; grep -E 'CapEff|CapBnd|NoNewPrivs|Groups' /proc/self/status | tr -d '\\t'; touch /x 2>&1";
        var (_, output) = await node.RunAsync(node.Shell(show, new ContainerIdentity(4092, 4092)
        {
            SupplementaryGroups = [7],
            Capabilities = [12],
            NoNewPrivileges = true,
            ReadOnlyRoot = true,
        }));
        Assert.Equal(["4092", "4092", "Groups:7 ", "CapEff:0000000000000000", "CapBnd:0000000000001000", "NoNewPrivs:1", "touch: /x: Read-only file system"], output.Split('\n'));
    }

    [Fact]
    public async Task StartAsync_RootWithOneCapability_HasThatOneOnly()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        var (_, output) = await node.RunAsync(node.Shell("grep -E 'CapEff|CapPrm|CapInh|CapAmb' /proc/self/status | tr -d '\\t'", new ContainerIdentity(0, 0) { Capabilities = [12], NoNewPrivileges = true }));
        Assert.Equal(["CapInh:0000000000000000", "CapPrm:0000000000001000", "CapEff:0000000000001000", "CapAmb:0000000000000000"], output.Split('\n'));
    }

    [Fact]
    public async Task StartAsync_Mounts_AreSeenAndReadOnlyOnesAreReadOnly()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        var source = Directory.CreateDirectory(node.Instance.StateDirectory + "/volume").FullName;
        await File.WriteAllTextAsync(source + "/key", "value", Cancel);
        var setup = node.Shell("cat /var/run/config/key; echo; cat /etc/one; echo; touch /etc/one/x /var/run/config/new 2>&1; touch /run/config/new 2>&1; ls /var/run/open")
            with
        { Mounts = [new(source, "/var/run/config", true), new(source + "/key", "/etc/one", false), new(source, "/run/open", false)] };
        var (_, output) = await node.RunAsync(setup);
        var lines = output.Split('\n');
        Assert.Equal(["value", "value"], lines[..2]);
        Assert.Contains("touch: /var/run/config/new: Read-only file system", lines);
        Assert.Contains("key", lines);
        Assert.False(Directory.Exists("/run/config"), "an absolute link in the image led out of the container");
    }

    [Theory]
    [InlineData("/no/such/program", "exec: \"/no/such/program\": stat /no/such/program: no such file or directory")]
    [InlineData("nothing-of-this-name", "exec: \"nothing-of-this-name\": executable file not found in $PATH")]
    [InlineData("/etc/passwd", "exec: \"/etc/passwd\": permission denied")]
    public async Task StartAsync_ProgramThatCannotRun_SaysWhy(string program, string message)
    {
        await using var node = await RuntimeFixture.CreateAsync();
        var error = await Assert.ThrowsAsync<LaunchException>(() => node.Runtime.StartAsync(node.Shell("") with { Command = [program] }, Cancel));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Signal_TermToAProcessThatHandlesIt_EndsWithItsOwnCode()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        await using var process = await node.Runtime.StartAsync(node.Shell("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done"), Cancel);
        var reader = new StreamReader(process.Output);
        Assert.Equal("up", await reader.ReadLineAsync(Cancel));
        process.Signal(15);
        Assert.Equal(3, await process.Exit.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Equal("bye", await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task Signal_Kill_EndsWith137AndTakesTheChildrenAlong()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        var setup = node.Shell("sleep 1000 & echo up; wait");
        await using var process = await node.Runtime.StartAsync(setup, Cancel);
        Assert.Equal("up", await new StreamReader(process.Output).ReadLineAsync(Cancel));
        process.Signal(9);
        Assert.Equal(137, await process.Exit.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.False(Directory.Exists($"{node.Instance.StateDirectory}/run/{setup.Id}"));
    }

    [Fact]
    public async Task ExecAsync_InARunningContainer_SharesItsProcessesFilesAndIdentity()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        var setup = node.Shell("echo secret > /tmp/file; echo up; sleep 1000; exit 1", new ContainerIdentity(65532, 65532) { NoNewPrivileges = true });
        await using var process = await node.Runtime.StartAsync(setup, Cancel);
        Assert.Equal("up", await new StreamReader(process.Output).ReadLineAsync(Cancel));
        await using var exec = await node.Runtime.ExecAsync(process, setup, ["/bin/sh", "-c", "cat /tmp/file; id -u; cat /proc/1/cmdline | tr '\\0' ' '; read x; echo got $x; exit 4"], null, Cancel);
        await exec.Input.WriteAsync("line\n"u8.ToArray(), Cancel);
        await exec.Input.FlushAsync(Cancel);
        var output = await new StreamReader(exec.Output).ReadToEndAsync(Cancel);
        Assert.StartsWith("secret\n65532\n/bin/sh -c ", output);
        Assert.EndsWith("got line\n", output);
        Assert.Equal(4, await exec.Exit.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public async Task StartAsync_MoreMemoryThanTheLimit_IsKilledAndSaysWhy()
    {
        await using var node = await RuntimeFixture.CreateAsync();
        if (!node.Runtime.ResourceEnforcement.StartsWith("control groups", StringComparison.Ordinal)) Assert.Skip("limits: " + node.Runtime.ResourceEnforcement);
        var setup = node.Shell("") with
        {
            Command = ["/usr/bin/python3", "-c", "x = bytearray(400 << 20); print('not killed')"],
            Limits = new ContainerLimits(64 << 20, null, 100),
        };
        await using var process = await node.Runtime.StartAsync(setup, Cancel);
        Assert.Equal(137, await process.Exit.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.True(process.WasOutOfMemory);
        Assert.Equal("", await new StreamReader(process.Output, Encoding.UTF8).ReadToEndAsync(Cancel));
    }
}
