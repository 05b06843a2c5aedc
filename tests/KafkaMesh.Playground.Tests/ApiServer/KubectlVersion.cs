using System.Text.Json.Nodes;
using KafkaMesh.Playground.Network;

namespace KafkaMesh.Playground.Tests.ApiServer;

/// <summary>The version of the kubectl on the PATH, for what only newer ones have: Debian's is 1.20.</summary>
internal static class KubectlVersion
{
    private static readonly Lazy<Task<(string Name, int Minor)>> Found = new(AskAsync);

    /// <summary>Whether kubectl is 1.<paramref name="minor"/> or newer.</summary>
    public static async Task<bool> IsAtLeastAsync(int minor) => (await Found.Value).Minor >= minor;

    /// <summary>Skips the test where kubectl is older than 1.<paramref name="minor"/>.</summary>
    /// <param name="what">What the newer one has.</param>
    /// <param name="minor">The first that has it.</param>
    public static async Task RequireAsync(string what, int minor) =>
        Assert.SkipUnless(await IsAtLeastAsync(minor), $"{what} needs kubectl 1.{minor} or newer, and the one on the PATH is {(await Found.Value).Name}");

    private static async Task<(string Name, int Minor)> AskAsync()
    {
        var version = JsonNode.Parse(await HostCommand.RunAsync("kubectl", ["version", "--client", "-o", "json"]))!["clientVersion"]!["gitVersion"]!.ToString();
        return (version, int.Parse(version.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
