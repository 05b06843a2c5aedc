using System.Text.Json.Nodes;
using KafkaMesh.Operator.Tests.Cluster;

namespace KafkaMesh.Operator.Tests.Support;

/// <summary>Kustomizations of the repository as kubectl renders them.</summary>
internal static class Rendered
{
    /// <summary>Debian's kubectl 1.20, whose kustomize is 2.0.3.</summary>
    public static string OldKubectl { get; } = Path.Combine(Repository.Root, "out", "tools", "kubectl-1.20");

    /// <summary>The path of a folder of <c>config/</c>.</summary>
    public static string Folder(string folder) => Path.Combine(Repository.Root, "config", folder);

    /// <summary>The objects of a folder of <c>config/</c>.</summary>
    public static async Task<List<JsonObject>> ObjectsAsync(string folder, string program = "kubectl") => Yaml.ReadAll(await TextAsync(folder, program));

    /// <summary>The YAML of a folder of <c>config/</c>.</summary>
    public static Task<string> TextAsync(string folder, string program = "kubectl")
    {
        SkipWithout(program);
        return new Kubectl("/dev/null", program).RunAsync(null, "kustomize", Folder(folder));
    }

    /// <summary>Skips the test, by name, where a kubectl is missing.</summary>
    public static void SkipWithout(string program)
    {
        Assert.SkipUnless(Kubectl.IsInstalled, "kubectl is not installed: the manifests cannot be rendered");
        Assert.SkipUnless(program != OldKubectl || File.Exists(OldKubectl), "kubectl 1.20 (out/tools/kubectl-1.20) is not here; the set-up script unpacks it");
    }

    /// <summary>The one object of a kind and name.</summary>
    public static JsonObject One(this IEnumerable<JsonObject> objects, string kind, string name) =>
        Assert.Single(objects, o => o["kind"]!.ToString() == kind && o["metadata"]!["name"]!.ToString() == name);
}
