using System.Runtime.InteropServices;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.Network;

public sealed class UserNamespaceTests
{
    /// <summary>Nobody: a user that never has subordinate ids.</summary>
    private static readonly string[] AsNobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    [Fact]
    public async Task Up_UserWithoutSubordinateIds_EndsWithOneSentenceThatSaysWhatIsNeeded()
    {
        RootOnly.Require();
        var program = Path.Combine(AppContext.BaseDirectory, "kafkamesh-playground");
        if (!await CanReadAsync(program)) Assert.Skip("the checkout is not readable by other users, so an ordinary user cannot start the playground from it");
        var runtime = "DOTNET_ROOT=" + Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

        var error = await Assert.ThrowsAsync<HostCommandException>(() => HostCommand.RunAsync("setpriv", [.. AsNobody, "env", "HOME=/tmp", runtime, program, "up"]));

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

    private static async Task<bool> CanReadAsync(string path)
    {
        try
        {
            await HostCommand.RunAsync("setpriv", [.. AsNobody, "test", "-x", path]);
            return true;
        }
        catch (HostCommandException)
        {
            return false;
        }
    }
}
