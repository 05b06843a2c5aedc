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

    [Theory]
    [InlineData("""{"drop":["ALL"],"add":["NET_ADMIN"]}""")]
    [InlineData("""{"drop":["all"],"add":["CAP_NET_ADMIN"]}""")]
    [InlineData("""{"drop":["ALL"],"add":["net_admin"]}""")]
    public void Resolve_Capabilities_AreTakenInAnyCaseAndWithThePrefix(string change)
    {
        var container = new JsonObject { ["name"] = "app", ["securityContext"] = new JsonObject { ["capabilities"] = JsonNode.Parse(change) } };
        Assert.Equal([12], ContainerSecurity.Resolve([], container, Image).Capabilities);
    }

    [Theory]
    [InlineData("""{"runAsUser":7}""", new uint[] { 70, 71 })]
    [InlineData("""{"runAsUser":7,"supplementalGroups":[71,9],"fsGroup":8}""", new uint[] { 71, 9, 8, 70 })]
    [InlineData("""{"runAsUser":7,"supplementalGroupsPolicy":"Merge"}""", new uint[] { 70, 71 })]
    [InlineData("""{"runAsUser":7,"supplementalGroupsPolicy":"Strict","fsGroup":8}""", new uint[] { 8 })]
    [InlineData("""{"runAsUser":99}""", new uint[0])]
    public void Resolve_SupplementaryGroups_HoldThoseOfTheImageUnlessThePolicyIsStrict(string podContext, uint[] expected)
    {
        var root = Directory.CreateTempSubdirectory("kafkamesh-image-");
        try
        {
            root.CreateSubdirectory("etc");
            File.WriteAllText(root.FullName + "/etc/passwd", "root:x:0:0::/:/bin/sh\nuser:x:7:72::/:/bin/sh\n");
            File.WriteAllText(root.FullName + "/etc/group", "root:x:0:root\none:x:70:other,user\ntwo:x:71:user\nprimary:x:72:user\nodd:x:none:user\nshort\n");
            var pod = new JsonObject { ["spec"] = new JsonObject { ["securityContext"] = JsonNode.Parse(podContext) } };
            Assert.Equal(expected, ContainerSecurity.Resolve(pod, new JsonObject { ["name"] = "app" }, new Image(root.FullName, "0.json", [])).SupplementaryGroups);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
