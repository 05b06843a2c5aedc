using System.Text.Json.Nodes;
using KafkaMesh.Playground.Images;
using KafkaMesh.Playground.Node.Pods;

namespace KafkaMesh.Playground.Tests.Node.Pods;

public sealed class ContainerSecurityTests
{
    private static readonly Image Image = new("/nonexistent", "0.json", []);

    [Theory]
    [InlineData("""{}""", """{}""", false)]
    [InlineData("""{"seccompProfile":{"type":"RuntimeDefault"}}""", """{}""", true)]
    [InlineData("""{}""", """{"seccompProfile":{"type":"RuntimeDefault"}}""", true)]
    [InlineData("""{"seccompProfile":{"type":"RuntimeDefault"}}""", """{"seccompProfile":{"type":"Unconfined"}}""", false)]
    [InlineData("""{"seccompProfile":{"type":"RuntimeDefault"}}""", """{"privileged":true}""", false)]
    public void Resolve_SeccompProfile_IsTheContainersBeforeThePods(string podContext, string context, bool expected)
    {
        var pod = new JsonObject { ["spec"] = new JsonObject { ["securityContext"] = JsonNode.Parse(podContext) } };
        var container = new JsonObject { ["name"] = "app", ["securityContext"] = JsonNode.Parse(context) };
        Assert.Equal(expected, ContainerSecurity.Resolve(pod, container, Image).HasDefaultSeccomp);
    }
}
