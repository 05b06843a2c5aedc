using KafkaMesh.Playground.Node.Runtime;
using KafkaMesh.Playground.Tests.Node.Runtime;

namespace KafkaMesh.Playground.Tests.Node.Seccomp;

/// <summary>Real processes try the system calls; each is also tried without the profile, so that a refusal is the profile's and nobody else's.</summary>
public sealed class RuntimeDefaultProfileTests
{
    private const int NetAdmin = 12;
    private const int SysAdmin = 21;

    /// <summary>Prints the filter mode and then one line for each call: its name and the error number, 0 for none.</summary>
    private const string Probe = """
        import ctypes, platform
        libc = ctypes.CDLL(None, use_errno=True)
        arm = platform.machine() == "aarch64"
        def call(name, x64, arm64, *arguments):
            ctypes.set_errno(0)
            result = libc.syscall(ctypes.c_long(arm64 if arm else x64), *arguments)
            print(name, ctypes.get_errno() if result == -1 else 0)
        print([line.split()[1] for line in open("/proc/self/status") if line.startswith("Seccomp:")][0])
        call("add_key", 248, 217, b"user", b"k", b"v", ctypes.c_size_t(1), ctypes.c_long(-2))
        call("personality-other", 135, 92, ctypes.c_ulong(0x0200000))
        call("personality-question", 135, 92, ctypes.c_ulong(0xffffffff))
        call("socket-vsock", 41, 198, 40, 1, 0)
        call("socket-netlink-raw", 41, 198, 16, 3, 12)
        call("clone3", 435, 435, None, ctypes.c_size_t(0))
        call("younger", 9999, 9999)
        call("ptrace", 101, 117, 0, 0, None, None)
        call("unshare-user", 272, 97, 0x10000000)
        """;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>Podman's profile differs from containerd's: what it does not name is "not implemented", and it names more.</summary>
    [Theory]
    [InlineData(false, "2,add_key 1,personality-other 1,personality-question 0,socket-vsock 1,socket-netlink-raw 0,clone3 38,younger 38,ptrace 0,unshare-user 1")]
    [InlineData(true, "2,add_key 38,personality-other 38,personality-question 0,socket-vsock 0,socket-netlink-raw 0,clone3 22,younger 38,ptrace 0,unshare-user 0")]
    public async Task RuntimeDefault_UnderEitherRuntime_RefusesWhatItDoesNotNameAndLetsTheRestThrough(bool podman, string expected)
    {
        await using var node = await CreateAsync(podman);
        Assert.Equal(
            ["0", "add_key 0", "personality-other 0", "personality-question 0", "socket-vsock 0", "socket-netlink-raw 0", "clone3 22", "younger 38", "ptrace 0", "unshare-user 0"],
            await ProbeAsync(node, new ContainerIdentity(0, 0) { Capabilities = [NetAdmin] }));
        Assert.Equal(expected.Split(','), await ProbeAsync(node, new ContainerIdentity(0, 0) { Capabilities = [NetAdmin], HasDefaultSeccomp = true }));
    }

    [Fact]
    public async Task RuntimeDefault_UserWithoutPrivileges_IsHeldToItToo()
    {
        await using var node = await CreateAsync(podman: false);
        var lines = await ProbeAsync(node, new ContainerIdentity(4092, 4092) { NoNewPrivileges = true, ReadOnlyRoot = true, HasDefaultSeccomp = true });
        Assert.Equal(["2", "add_key 1"], lines[..2]);
        Assert.Contains("unshare-user 1", lines);
    }

    [Fact]
    public async Task RuntimeDefault_ContainerWithSysAdmin_MayMakeNamespacesButHasNoKeys()
    {
        await using var node = await CreateAsync(podman: false);
        var lines = await ProbeAsync(node, new ContainerIdentity(0, 0) { Capabilities = [SysAdmin], HasDefaultSeccomp = true });
        Assert.Equal(["2", "add_key 1"], lines[..2]);
        Assert.Contains("unshare-user 0", lines);
        Assert.Contains("clone3 22", lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RuntimeDefault_ProcessStartedByExec_IsHeldToItToo(bool podman)
    {
        await using var node = await CreateAsync(podman);
        var setup = node.Shell("echo up; sleep 1000; true", new ContainerIdentity(0, 0) { HasDefaultSeccomp = true });
        await using var process = await node.Runtime.StartAsync(setup, Cancel);
        Assert.Equal("up", await new StreamReader(process.Output).ReadLineAsync(Cancel));
        await using var exec = await node.Runtime.ExecAsync(process, setup, ["/bin/sh", "-c", "grep Seccomp: /proc/self/status | tr -d '\\t'"], null, Cancel);
        Assert.Equal("Seccomp:2\n", await new StreamReader(exec.Output).ReadToEndAsync(Cancel));
    }

    private static async Task<string[]> ProbeAsync(RuntimeFixture node, ContainerIdentity identity)
    {
        var (exit, output) = await node.RunAsync(node.Shell("", identity) with { Command = ["/usr/bin/python3", "-c", Probe] });
        Assert.True(exit == 0, output);
        return output.Split('\n');
    }

    private static async Task<RuntimeFixture> CreateAsync(bool podman)
    {
        if (podman && PodmanTrial.Obstacle is { } obstacle) Assert.Skip(obstacle);
        return await RuntimeFixture.CreateAsync(podman ? RuntimeChoice.Podman : RuntimeChoice.Namespaces);
    }
}
