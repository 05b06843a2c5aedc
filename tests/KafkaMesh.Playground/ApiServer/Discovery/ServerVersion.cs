using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Discovery;

/// <summary>What <c>/version</c> says. Only the minor version is chosen: clients switch features by it.</summary>
/// <param name="Minor">Minor version, such as 36.</param>
internal sealed record ServerVersion(int Minor = 36)
{
    /// <summary>Since this minor version a server says which version it emulates.</summary>
    private const int FirstWithEmulation = 33;

    /// <summary>Since this minor version the feature gate SidecarContainers is on by default.</summary>
    private const int FirstWithNativeSidecars = 29;

    /// <summary>Whether init containers may have <c>restartPolicy: Always</c> (KEP-753).</summary>
    public bool HasNativeSidecars => Minor >= FirstWithNativeSidecars;

    /// <summary>What a kubelet of this version says of itself.</summary>
    public string Kubelet => $"v1.{Minor}.0";

    /// <summary>The document.</summary>
    public JsonObject ToDocument()
    {
        var document = new JsonObject { ["major"] = "1", ["minor"] = $"{Minor}" };
        if (Minor >= FirstWithEmulation)
        {
            document["emulationMajor"] = "1";
            document["emulationMinor"] = $"{Minor}";
            document["minCompatibilityMajor"] = "1";
            document["minCompatibilityMinor"] = $"{Minor - 1}";
        }

        document["gitVersion"] = $"{Kubelet}+kafkamesh-playground";
        document["gitCommit"] = "";
        document["gitTreeState"] = "clean";
        document["buildDate"] = "1970-01-01T00:00:00Z";
        document["goVersion"] = "";
        document["compiler"] = "";
        document["platform"] = "linux/amd64";
        return document;
    }
}
