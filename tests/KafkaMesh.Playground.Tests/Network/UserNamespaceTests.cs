using KafkaMesh.Playground.Network;
using KafkaMesh.Playground.Tests.Infrastructure;

namespace KafkaMesh.Playground.Tests.Network;

public sealed class UserNamespaceTests
{
    /// <summary>Nobody: a user that never has subordinate ids.</summary>
    private static readonly string[] AsNobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    [Fact]
    public async Task Up_UserWithoutSubordinateIds_EndsWithOneSentenceThatSaysWhatIsNeeded()
    {
        RootOnly.Require();
        var program = OpenCopy.PathOf("kafkamesh-playground");

        var error = await Assert.ThrowsAsync<HostCommandException>(() => HostCommand.RunAsync("setpriv", [.. AsNobody, "env", "HOME=/tmp", "DOTNET_ROOT=" + OpenCopy.DotnetRoot, program, "up"]));

        Assert.Contains("ended with code 69: The playground needs root, or ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsInside_AsTheMachinesRoot_IsFalse()
    {
        RootOnly.Require();
        if (Environment.GetEnvironmentVariable("container") is not null) Assert.Skip("this machine is itself a container: its root may be that of a user namespace");
        Assert.False(UserNamespace.IsInside);
    }
}
